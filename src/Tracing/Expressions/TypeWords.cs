using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>Tells the names of types from expressions, without knowing the types.</summary>
internal static class TypeWords
{
    /// <summary>Words that only tell the compiler something.</summary>
    private static readonly HashSet<string> Qualifiers =
    [
        "const", "volatile", "restrict", "__restrict", "__const", "register", "static", "extern", "inline", "_Atomic",
        "__iomem", "__force", "__bitwise", "__maybe_unused", "__always_unused", "__nocast", "__must_check",
    ];

    private static readonly Dictionary<string, AddressSpace> Spaces = new()
    {
        ["__user"] = AddressSpace.User,
        ["__kernel"] = AddressSpace.Kernel,
        ["__percpu"] = AddressSpace.PerCpu,
        ["__rcu"] = AddressSpace.Rcu,
    };

    /// <summary>
    /// Whether the words behind a parenthesis are the name of a type. What only the kernel's types could tell is
    /// decided by what stands behind: <c>(loff_t)x</c> can only be a cast; <c>(x)-1</c> is a difference unless the name
    /// is that of a known type or ends in _t.
    /// </summary>
    public static bool IsAt(TokenReader reader, int ahead, bool isSizeOf)
    {
        var name = reader.Peek(ahead);
        if (name.Kind != TokenKind.Name || name.Text[0] == '$')
        {
            return false;
        }

        if (IsWordOfTypes(name.Text))
        {
            return true;
        }

        var at = ahead + 1;
        while (reader.Peek(at).Is("*") || IsQualifier(reader.Peek(at)))
        {
            at++;
        }

        return reader.Peek(at).Text switch
        {
            "(" => reader.Peek(at + 1).Is("*") && reader.Peek(at + 2).Is(")"),
            "[" => at > ahead + 1 || IsLikely(name.Text),
            ")" => at > ahead + 1
                || (isSizeOf ? IsLikely(name.Text) : BeginsOperand(reader.Peek(at + 1), IsLikely(name.Text))),
            _ => false,
        };
    }

    /// <summary>Whether <c>(name)</c> before a <c>-</c> would be taken for a cast.</summary>
    public static bool IsLikely(string name) =>
        IsWordOfTypes(name) || CoreTypes.IsTypedef(name) || name.EndsWith("_t", StringComparison.Ordinal);

    /// <summary>The address space that a word names.</summary>
    public static AddressSpace? Space(Token token) =>
        token.Kind == TokenKind.Name && Spaces.TryGetValue(token.Text, out var space) ? space : null;

    /// <summary>Whether a word only says more of a type that others name.</summary>
    public static bool IsQualifier(Token token) =>
        token.Kind == TokenKind.Name && (Qualifiers.Contains(token.Text) || Spaces.ContainsKey(token.Text));

    /// <summary>Whether a word can only be part of the name of a type.</summary>
    public static bool IsWordOfTypes(string name) =>
        name is "struct" or "union" or "enum" || BasicTypes.IsWord(name) || Qualifiers.Contains(name) || Spaces.ContainsKey(name);

    private static bool BeginsOperand(Token token, bool isLikelyType) => token.Kind switch
    {
        TokenKind.Number or TokenKind.Character => true,
        TokenKind.Name => Operators.Find(token) is null,
        TokenKind.Sign => token.Text is "(" or "!" or "~" || (isLikelyType && token.Text is "-" or "+" or "*" or "&"),
        _ => false,
    };
}
