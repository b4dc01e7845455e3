using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Expressions.Formats;

/// <summary>A format as it was typed: <c>"%s: %5d\n"</c>.</summary>
/// <remarks><see cref="ToString"/> prints it with quotes, so that it parses back to an equal one, but for the spans.</remarks>
public sealed record FormatSyntax(TextSpan Span, IReadOnlyList<FormatPiece> Pieces)
{
    /// <summary>The conversions, in order.</summary>
    public IEnumerable<ConversionSyntax> Conversions => Pieces.OfType<ConversionSyntax>();

    /// <inheritdoc/>
    public override string ToString() => $"\"{string.Concat(Pieces.Select(piece => piece.ToString()))}\"";
}

/// <summary>A part of a format: one of the two records below.</summary>
public abstract record FormatPiece(TextSpan Span);

/// <summary>What is printed as it is, in UTF-8; a <c>%%</c> is a <c>%</c> here.</summary>
public sealed record LiteralSyntax(TextSpan Span, IReadOnlyList<byte> Bytes) : FormatPiece(Span)
{
    /// <inheritdoc/>
    public override string ToString() => ExpressionPrinter.Escape(Bytes, '"').Replace("%", "%%");
}

/// <summary>The flags of a conversion, with C's meaning.</summary>
[Flags]
public enum FormatOptions
{
    None = 0,

    /// <summary><c>-</c>: to the left.</summary>
    Left = 1,

    /// <summary><c>+</c>: a sign always.</summary>
    Plus = 2,

    /// <summary><c> </c>: a blank where a minus could be.</summary>
    Blank = 4,

    /// <summary><c>#</c>: 0x or 0 before the digits.</summary>
    Alternative = 8,

    /// <summary><c>0</c>: filled with zeros.</summary>
    Zeros = 16,
}

/// <summary>One conversion: <c>%-5.3lld</c>.</summary>
/// <param name="Precision">Null where there is none; a point alone is 0.</param>
/// <param name="Length">Empty, hh, h, l, ll, z, j or t.</param>
/// <param name="Letter">One of <c>diuxXocspKUv</c>.</param>
public sealed record ConversionSyntax(TextSpan Span, FormatOptions Flags, int Width, int? Precision, string Length, char Letter)
    : FormatPiece(Span)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"%{FormatParser.Letters(Flags)}{(Width > 0 ? Width : "")}{(Precision is { } precision ? $".{precision}" : "")}{Length}{Letter}";
}
