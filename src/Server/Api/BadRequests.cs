using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;

namespace BpfDashboard.Server.Api;

/// <summary>
/// Answers a request that cannot be read with what is wrong and where. A field nobody knows is wrong too: a misspelt
/// filter that was ignored would trace the whole machine.
/// </summary>
internal sealed partial class BadRequests : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        // Kestrel's own, such as a body that is too large, have a status of their own.
        var (title, where) = bad.InnerException is JsonException json ? Explain(json) : (bad.Message, null);
        await TypedResults.Problem(title: title, detail: where, statusCode: bad.StatusCode).ExecuteAsync(context);
        return true;
    }

    private static (string Title, string? Where) Explain(JsonException problem)
    {
        var where = $"Line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1} of the body.";
        var field = problem.Path is ['$', '.', .. var path] ? path : null;
        if (UnknownField().Match(problem.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups["name"].Value;
            return ($"There is no field '{(field is null || field.EndsWith(name, StringComparison.Ordinal) ? field ?? name : $"{field}.{name}")}'.", where);
        }

        return problem.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            ? ($"The value of '{field ?? "the body"}' is of the wrong kind.", where)
            : ($"The body is not JSON: {Reason().Match(problem.Message)}", where);
    }

    // The serialiser has the name nowhere else.
    [GeneratedRegex("^The JSON property '(?<name>.*?)' could not be mapped")]
    private static partial Regex UnknownField();

    /// <summary>Without the place at its end, which is counted from 0.</summary>
    [GeneratedRegex(@"^.*?(?=( Path: | LineNumber: |$))", RegexOptions.Singleline)]
    private static partial Regex Reason();
}
