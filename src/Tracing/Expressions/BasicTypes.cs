using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>The types of C that have names of several words in any order: <c>long unsigned int</c>.</summary>
internal static class BasicTypes
{
    private static readonly DataType[] All =
    [
        VoidType.Instance, CoreTypes.Char, CoreTypes.SignedChar, CoreTypes.UnsignedChar, CoreTypes.Bool, CoreTypes.Short,
        CoreTypes.UnsignedShort, CoreTypes.Int, CoreTypes.UnsignedInt, CoreTypes.Long, CoreTypes.UnsignedLong,
        CoreTypes.LongLong, CoreTypes.UnsignedLongLong, CoreTypes.Float, CoreTypes.Double,
    ];

    private static readonly Dictionary<string, DataType> ByName = All.ToDictionary(type => type.ToString());

    /// <summary>Whether a word is part of such names.</summary>
    public static bool IsWord(string word) => word
        is "void" or "char" or "short" or "int" or "long" or "signed" or "unsigned" or "_Bool" or "float" or "double";

    /// <summary>The type of a name in its usual spelling.</summary>
    public static DataType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The type that the words mean, or null if they mean none.</summary>
    public static DataType? Find(IReadOnlyList<string> words)
    {
        var name = string.Join(' ', words.Order(Comparer<string>.Create((a, b) => Rank(a).CompareTo(Rank(b)))));
        if (words.Count(word => word is "signed" or "unsigned") > 1)
        {
            return null;
        }

        var isChar = words.Contains("char");
        name = isChar || !name.StartsWith("signed", StringComparison.Ordinal) ? name : name["signed".Length..].TrimStart();
        name = name is "" or "unsigned" ? $"{name} int".TrimStart()
            : words.Contains("short") || words.Contains("long") ? name.Replace(" int", "")
            : name;
        return Find(name);
    }

    // In the order of the usual spelling: unsigned long long int.
    private static int Rank(string word) => word switch
    {
        "signed" or "unsigned" => 0,
        "short" or "long" => 1,
        _ => 2,
    };
}
