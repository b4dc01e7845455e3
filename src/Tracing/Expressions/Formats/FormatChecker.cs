using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Formats;

/// <summary>A conversion and the value that it prints, as the conversion takes it.</summary>
/// <param name="Value">
/// For %d and its like, %c, %p, %K, %U: a number of the conversion's width. For %s: a text, a pointer to one, or a
/// <see cref="DisplayExpression"/>. For %v: anything.
/// </param>
public sealed record FormatArgument(ConversionSyntax Conversion, TypedExpression Value);

/// <summary>Gives each conversion of a format its value, converted as C's printf would take it.</summary>
internal sealed class FormatChecker(ProbeScope scope, ITypeSource types, List<Diagnostic> diagnostics)
{
    /// <summary>Whether there is a value for each conversion; false after a diagnostic.</summary>
    public static bool CheckCount(FormatSyntax format, IReadOnlyList<ExpressionSyntax> values, List<Diagnostic> diagnostics)
    {
        var conversions = format.Conversions.ToList();
        if (values.Count > conversions.Count)
        {
            var verb = values.Count == 1 ? "is" : "are";
            var hint = $"the format has {Plural(conversions.Count, "conversion")}, behind it {verb} {Plural(values.Count, "value")}";
            diagnostics.Add(new Diagnostic(
                values[conversions.Count].Span, "there is no conversion for this value", hint));
        }
        else if (conversions.Count > values.Count)
        {
            var conversion = conversions[values.Count];
            const string hint = "values stand behind the format, with commas; %% prints a %";
            diagnostics.Add(new Diagnostic(conversion.Span, $"there is no value for this {conversion}", hint));
        }

        return conversions.Count == values.Count;
    }

    /// <summary>The arguments, one for each conversion, of which there must be as many; null after a diagnostic.</summary>
    public IReadOnlyList<FormatArgument>? Check(FormatSyntax format, IReadOnlyList<ExpressionSyntax> values)
    {
        var found = diagnostics.Count;
        var arguments = new List<FormatArgument>();
        foreach (var (conversion, syntax) in format.Conversions.Zip(values))
        {
            if (Checker.Value(syntax, scope, types, diagnostics) is { } value && Take(conversion, value) is { } taken)
            {
                arguments.Add(new FormatArgument(conversion, taken));
            }
        }

        return diagnostics.Count == found ? arguments : null;
    }

    private TypedExpression? Take(ConversionSyntax conversion, TypedExpression value) => (conversion.Letter, value) switch
    {
        ('v', _) => value,
        ('s', DisplayExpression) => value,
        (_, DisplayExpression) => Fail(
            conversion.Span, $"{conversion} cannot print this: it is a text for people", "write %s"),
        ('s', _) => Text(conversion, value),
        _ => Number(conversion, value),
    };

    private TypedExpression? Text(ConversionSyntax conversion, TypedExpression value)
    {
        // What is hardly meant as an address gets a hint of its own.
        if (value.Type.IsScalar && Conversions.IsNumber(value.Type) && (value.Type.Size < 8 || value is ConstantExpression))
        {
            return Fail(
                conversion.Span,
                $"{conversion} prints a text, and the value is {value.Type}",
                $"write %{(Conversions.Shape(value.Type).IsSigned ? 'd' : 'u')}");
        }

        return TextChecker.IsText(value) ? value
            : Checker.Text(value, scope, types, diagnostics);
    }

    private TypedExpression? Number(ConversionSyntax conversion, TypedExpression value)
    {
        if (TextChecker.IsText(value) && conversion.Letter != 'p')
        {
            return Fail(
                conversion.Span, $"{conversion} prints a number, and the value is a text ({value.Type})", "write %s");
        }

        if (value.Type.Unaliased is StructType)
        {
            return Fail(
                conversion.Span,
                $"{conversion} prints a number, and the value is {value.Type}",
                "write %v, or take one of its members");
        }

        return Checker.Scalar(value, scope, types, diagnostics) is { } scalar ? Conversions.Convert(
            scalar, TypeOf(conversion)) : null;
    }

    private static IntegerType TypeOf(ConversionSyntax conversion) => (conversion.Letter, conversion.Length) switch
    {
        ('c', _) => CoreTypes.UnsignedChar,
        ('p' or 'K' or 'U', _) => CoreTypes.UnsignedLong,
        ('d' or 'i', "hh") => CoreTypes.SignedChar,
        ('d' or 'i', "h") => CoreTypes.Short,
        ('d' or 'i', "") => CoreTypes.Int,
        ('d' or 'i', _) => CoreTypes.Long,
        (_, "hh") => CoreTypes.UnsignedChar,
        (_, "h") => CoreTypes.UnsignedShort,
        (_, "") => CoreTypes.UnsignedInt,
        _ => CoreTypes.UnsignedLong,
    };

    private static string Plural(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private TypedExpression? Fail(TextSpan span, string message, string hint)
    {
        diagnostics.Add(new Diagnostic(span, message, hint));
        return null;
    }
}
