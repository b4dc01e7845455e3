using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Tests.Expressions.Checking;

namespace BpfDashboard.Tracing.Tests.Expressions.Formats;

public sealed class FormatTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    /// <summary>Each line of a case is a scope, a format and values; what comes of it, or the mistakes.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_format_takes_its_values_as_its_case_file_says(string name) =>
        Golden.Check(name, lines => string.Concat(lines.Split('\n').Select(Render)));

    private static string Render(string line)
    {
        var colon = line.IndexOf(':');
        var (scope, text) = (line[..colon], line[(colon + 2)..]);
        var diagnostics = new List<Diagnostic>();
        var (format, values) = Parse(text, diagnostics);
        var arguments = format is null || !FormatChecker.CheckCount(format, values, diagnostics) ? null
            : new FormatChecker(SmallKernel.Scope(scope), SmallKernel.Types, diagnostics).Check(format, values);
        Assert.Equal(arguments is null, diagnostics.Count > 0);
        return arguments is null
            ? string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : $"{line}\n    {format}\n{string.Concat(arguments.Select(it => $"    {it.Conversion} {it.Value}\n"))}";
    }

    internal static (FormatSyntax? Format, List<ExpressionSyntax> Values) Parse(string text, List<Diagnostic> diagnostics)
    {
        var reader = ExpressionParser.Reader(SourceText.Of(text), diagnostics);
        Assert.NotNull(reader);
        var format = FormatParser.Parse(reader);
        var values = new List<ExpressionSyntax>();
        while (reader.TryTake(","))
        {
            values.Add(new ExpressionParser(reader).Parse());
        }

        return (format, values);
    }
}
