using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Constants by name: of the kernel's enums first, then of the tables of what are macros in C.</summary>
internal static class Constants
{
    /// <summary>The constant of this name with the type it has in C; null if there is none.</summary>
    public static (DataType Type, long Value)? Find(string name, ITypeSource types)
    {
        if (types.FindConstant(name) is var (@enum, constant))
        {
            return (constant.Value is >= int.MinValue and <= int.MaxValue ? CoreTypes.Int : @enum, constant.Value);
        }

        if (name == "NULL")
        {
            return (new PointerType(VoidType.Instance), 0);
        }

        return GfpFlags.Find(name, types) is { } flag ? (CoreTypes.UnsignedInt, flag)
            : !MacroConstants.Values.TryGetValue(name, out var value) ? null
            : (value > int.MaxValue ? CoreTypes.UnsignedInt : CoreTypes.Int, value);
    }

    /// <summary>All names, for suggestions.</summary>
    public static IEnumerable<string> Names(ITypeSource types) =>
        types.ConstantNames.Concat(MacroConstants.Values.Keys).Concat(GfpFlags.Names);
}
