using System.Runtime.CompilerServices;

namespace BpfDashboard.Tracing.Types;

/// <summary>One member of a struct or union; the name is empty for an anonymous struct or union.</summary>
/// <param name="BitOffset">Bits from the start of the struct.</param>
/// <param name="BitSize">Bits of a bit field; 0 for what is none.</param>
public sealed record Member(string Name, DataType Type, int BitOffset, int BitSize = 0);

/// <summary>A struct or union; equal only to itself. The name is empty where it has none.</summary>
public sealed record StructType(string Name, bool IsUnion, int SizeInBytes) : DataType
{
    /// <summary>Anonymous members deeper than this are only in damaged type information.</summary>
    private const int MaxDepth = 32;

    private readonly Lazy<IReadOnlyList<Member>> _members = new([]);

    /// <summary>A struct whose members are read when somebody asks for them, so that structs may refer to each other.</summary>
    public StructType(string name, bool isUnion, int sizeInBytes, Func<IReadOnlyList<Member>> members)
        : this(name, isUnion, sizeInBytes) => _members = new(members, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The members as declared.</summary>
    /// <exception cref="FormatException">What they are read from is damaged.</exception>
    public IReadOnlyList<Member> Members => _members.Value;

    /// <summary><c>struct</c> or <c>union</c>.</summary>
    public string Keyword => IsUnion ? "union" : "struct";

    /// <inheritdoc/>
    public override int Size => SizeInBytes;

    /// <summary>The member of this name, with its offset from this struct; anonymous members are looked through.</summary>
    /// <exception cref="FormatException">What the members are read from is damaged.</exception>
    public Member? Find(string name) => Flat(0, 0).FirstOrDefault(member => member.Name == name);

    /// <summary>All members that have a name, those of anonymous members too, with their offsets from this struct.</summary>
    /// <exception cref="FormatException">What the members are read from is damaged.</exception>
    public IEnumerable<Member> NamedMembers => Flat(0, 0);

    /// <inheritdoc/>
    public bool Equals(StructType? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    private IEnumerable<Member> Flat(int bitOffset, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"{Keyword} {Name} lies within itself");
        }

        foreach (var member in Members)
        {
            var at = bitOffset + member.BitOffset;
            if (member.Name.Length > 0)
            {
                yield return member with { BitOffset = at };
            }
            else if (member.Type.Unaliased is StructType inner)
            {
                foreach (var found in inner.Flat(at, depth + 1))
                {
                    yield return found;
                }
            }
        }
    }
}
