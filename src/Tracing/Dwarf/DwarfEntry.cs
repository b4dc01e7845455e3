using System.Runtime.InteropServices;
using System.Text;
using BpfDashboard.Tracing.Elf;
using static BpfDashboard.Tracing.Elf.LibDw;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// One entry of debug information. It belongs to its <see cref="DwarfFile"/>: to be used inside its lock only.
/// </summary>
internal readonly unsafe struct DwarfEntry(Die die)
{
    /// <summary>More entries in one place are damage: whoever wrote them may have made a circle of them.</summary>
    private const int MaxChildren = 1_000_000;

    /// <summary>How often an entry may refer to another for what it does not say itself.</summary>
    private const int MaxReferences = 8;

    private readonly Die _die = die;

    /// <summary>What no other entry of the file has.</summary>
    public nint Key => _die.Address;

    /// <summary>Bytes from the start of the section.</summary>
    public ulong Offset => OffsetOf(_die);

    public DwarfTag Tag => (DwarfTag)LibDw.Tag(_die);

    /// <summary>Whether only the existence of a type or function is told.</summary>
    public bool IsDeclaration => Flag(DwarfAttribute.Declaration);

    /// <summary>The name; empty if it has none.</summary>
    public string Name => Encoding.UTF8.GetString(DwarfText.Bytes(NameBytes()));

    /// <summary>Where the bytes of the name lie, behind which there is a 0; null without one. Valid as long as the file.</summary>
    public byte* NameBytes() => Text(DwarfAttribute.Name);

    /// <summary>The same for the name that the linker sees, where it is another.</summary>
    public byte* LinkageNameBytes()
    {
        var name = Text(DwarfAttribute.LinkageName);
        return name is null ? Text(DwarfAttribute.MipsLinkageName) : name;
    }

    public bool Has(DwarfAttribute name) => HasAttribute(_die, (uint)name) != 0;

    public bool Flag(DwarfAttribute name) =>
        Find(name, out var attribute) && FormFlag(attribute, out var value) == 0 && value != 0;

    /// <summary>A number, or null if there is none or it is computed.</summary>
    public ulong? Unsigned(DwarfAttribute name) =>
        Find(name, out var attribute) && FormUnsigned(attribute, out var value) == 0 ? value : null;

    /// <summary>A number that may be negative, or null if there is none.</summary>
    public long? Signed(DwarfAttribute name) =>
        Find(name, out var attribute) && FormSigned(attribute, out var value) == 0 ? value : null;

    /// <summary>
    /// A constant, which has a sign only if its form has one: what has a fixed width is taken for unsigned, as
    /// compilers use those forms.
    /// </summary>
    public long? Constant(DwarfAttribute name)
    {
        const uint signedForm = 0x0d, implicitForm = 0x21;
        if (!Find(name, out var attribute))
        {
            return null;
        }

        if (attribute.Form is signedForm or implicitForm)
        {
            return FormSigned(attribute, out var number) == 0 ? number : null;
        }

        return FormUnsigned(attribute, out var value) == 0 ? (long)value : null;
    }

    /// <summary>Bytes from the start of the struct that holds it; null if only the program itself can compute it.</summary>
    public long? MemberLocation()
    {
        if (!Find(DwarfAttribute.MemberLocation, out var attribute))
        {
            return 0;
        }

        if (FormUnsigned(attribute, out var offset) == 0)
        {
            return (long)offset;
        }

        // DWARF 2 has an expression in its place that adds to the address of the struct.
        return Location(attribute, out var operations, out var count) == 0 && operations is not null
            && count == 1 && operations->Atom == DwarfOperation.PlusConstant
            ? operations->First
            : null;
    }

    /// <summary>The entry that an attribute names, of this or of a unit of types; null if there is none.</summary>
    public DwarfEntry? Reference(DwarfAttribute name) =>
        Find(name, out var attribute) && FormReference(attribute, out var die) is not null ? new DwarfEntry(die) : null;

    /// <summary>Where the code begins, by the addresses of the file; null if there is none.</summary>
    public ulong? CodeAddress()
    {
        ulong basis = 0;
        return Ranges(_die, 0, ref basis, out var start, out _) > 0 ? start : null;
    }

    /// <summary>The type, also one that only the declaration or the original of an inlined function tells.</summary>
    public DwarfEntry? Type => AttributeIntegrated(_die, (uint)DwarfAttribute.Type, out var attribute) is not null
        && FormReference(attribute, out var die) is not null ? new DwarfEntry(die) : null;

    /// <summary>This entry, or the original of which it is an instance.</summary>
    public DwarfEntry Origin()
    {
        var origin = this;
        for (var i = 0; i < MaxReferences && origin.Reference(DwarfAttribute.AbstractOrigin) is { } next; i++)
        {
            origin = next;
        }

        return origin;
    }

    /// <summary>The entries directly below.</summary>
    public IEnumerable<DwarfEntry> Children()
    {
        var next = FirstChild();
        for (var i = 0; i < MaxChildren && next is { } child; i++)
        {
            yield return child;
            next = child.Sibling();
        }
    }

    public DwarfEntry? FirstChild() => Child(_die, out var die) == 0 ? new DwarfEntry(die) : null;

    public DwarfEntry? Sibling()
    {
        var die = default(Die);
        return LibDw.Sibling(_die, ref die) == 0 ? new DwarfEntry(die) : null;
    }

    private bool Find(DwarfAttribute name, out LibDw.Attribute attribute) =>
        AttributeOf(_die, (uint)name, out attribute) is not null;

    private byte* Text(DwarfAttribute name) =>
        AttributeIntegrated(_die, (uint)name, out var attribute) is null ? null : FormString(attribute);
}

/// <summary>Names as libdw gives them.</summary>
internal static unsafe class DwarfText
{
    /// <summary>The bytes up to the 0; none for null, and not more than anybody asks for.</summary>
    public static ReadOnlySpan<byte> Bytes(byte* name)
    {
        if (name is null)
        {
            return [];
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        return bytes[..Math.Min(bytes.Length, ElfText.MaxLength)];
    }
}
