using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>The fields of a tracepoint's record with their types.</summary>
internal static partial class RecordFields
{
    /// <summary>A field for each that has a name.</summary>
    /// <param name="pointersLeadTo">Where pointers lead of which the record does not tell: those of system calls, to the process.</param>
    public static IReadOnlyList<RecordField> Type(
        IEnumerable<TracepointField> fields, ITypeSource types, AddressSpace pointersLeadTo) =>
        [.. fields.Select(field => Type(field, types, pointersLeadTo)).OfType<RecordField>()];

    private static RecordField? Type(TracepointField field, ITypeSource types, AddressSpace pointersLeadTo)
    {
        var parts = Declaration().Match(field.Declaration);
        if (!parts.Success)
        {
            return null;
        }

        var location = parts.Groups["location"].Value switch
        {
            "__data_loc" => FieldLocation.Dynamic,
            "__rel_loc" => FieldLocation.RelativeDynamic,
            _ => FieldLocation.Fixed,
        };
        var named = parts.Groups["type"].Value;
        var type = location == FieldLocation.Fixed
            ? Known(named + parts.Groups["array"].Value, types) is { } known && known.Size <= field.Size ? known : Guess(field)
            : new ArrayType(Known(named.Replace("[]", ""), types) ?? CoreTypes.Char, 0);
        var pointer = type as PointerType;
        return new RecordField(
            parts.Groups["name"].Value,
            pointer is { Space: AddressSpace.Any } ? pointer with { Space = pointersLeadTo } : type,
            field.Offset,
            location)
        {
            Words = field.Words,
        };
    }

    private static DataType? Known(string text, ITypeSource types) =>
        TypeParser.Parse(text, []) is { } syntax && new TypeResolver(types, []).Resolve(syntax) is { } type && type.Size > 0
            ? type
            : null;

    /// <summary>A number of the field's size, or bytes: types of modules may not be known.</summary>
    private static DataType Guess(TracepointField field) => field.Size is 1 or 2 or 4 or 8
        ? CoreTypes.Named($"{(field.IsSigned ? 's' : 'u')}{field.Size * 8}")
        : new ArrayType(CoreTypes.Named("u8"), field.Size);

    [GeneratedRegex(@"^\s*(?:(?<location>__data_loc|__rel_loc)\s+)?(?<type>.*?[\s*\]])\s*(?<name>[A-Za-z_]\w*)\s*(?<array>(?:\[[^\]]*\])*)\s*$")]
    private static partial Regex Declaration();
}
