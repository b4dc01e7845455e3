using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Api;

/// <summary>A mistake in a command, and how a terminal would show it.</summary>
/// <param name="Start">In UTF-16 units of the command.</param>
/// <param name="Rendered">The line with carets under the fault; lines end in a line feed.</param>
public sealed record RenderedProblem(int Start, int Length, string Message, string? Hint, string Rendered);

/// <summary>Answers that say what is wrong, as problem+json.</summary>
internal static class Problems
{
    /// <summary>One sentence and what to do about it.</summary>
    public static IResult Answer(int status, string title, string? hint) =>
        TypedResults.Problem(title: title, statusCode: status, extensions: Hint(hint));

    /// <summary>400: what was asked for makes no sense.</summary>
    public static IResult Wrong(string title, string? hint = null) => Answer(StatusCodes.Status400BadRequest, title, hint);

    /// <summary>422 with the mistakes in <paramref name="command"/>.</summary>
    public static IResult OfSpec(
        string command, IReadOnlyList<SpecProblem> problems, string title = "The command has mistakes.") => TypedResults.Problem(
        title: title,
        detail: string.Join('\n', Render(command, problems).Select(problem => problem.Rendered)),
        statusCode: StatusCodes.Status422UnprocessableEntity,
        extensions: new Dictionary<string, object?> { ["problems"] = Render(command, problems) });

    /// <summary>The mistakes with their rendered text.</summary>
    public static IReadOnlyList<RenderedProblem> Render(string command, IReadOnlyList<SpecProblem> problems) =>
        [.. problems.Select(problem => new RenderedProblem(
            problem.Start, problem.Length, problem.Message, problem.Hint,
            new Diagnostic(new TextSpan(problem.Start, problem.Length), problem.Message, problem.Hint).Render(command)))];

    private static Dictionary<string, object?>? Hint(string? hint) =>
        hint is null ? null : new Dictionary<string, object?> { ["hint"] = hint };
}
