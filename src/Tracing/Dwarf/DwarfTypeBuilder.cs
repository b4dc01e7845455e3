using System.Text;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// Builds types of entries, each once, inside the file's lock. Structs refer to each other in circles, so their members
/// wait until somebody asks; every other circle is damage.
/// </summary>
internal sealed class DwarfTypeBuilder(DwarfFile file)
{
    /// <summary>No type of C is a pointer to a pointer to… so often; C++ has typedefs of typedefs of….</summary>
    private const int MaxDepth = 128;

    private const int PointerSize = 8;

    /// <summary>Bits are counted in numbers of 32 bits.</summary>
    private const int MaxTypeSize = int.MaxValue / 8;

    private readonly Dictionary<nint, DataType> _types = [];

    /// <summary>The type that an entry describes.</summary>
    /// <exception cref="FormatException">The debug information is damaged there.</exception>
    public DataType Type(DwarfEntry entry) => Type(entry, 0);

    /// <summary>What an entry has for its type: nothing is void.</summary>
    /// <exception cref="FormatException">The debug information is damaged there.</exception>
    public DataType TypeOf(DwarfEntry entry) => Target(entry, 0);

    /// <summary>The prototype of a function, of which the entry may be an instance.</summary>
    /// <exception cref="FormatException">The debug information is damaged there.</exception>
    public FunctionType Prototype(DwarfEntry entry) => Function(entry.Origin(), 0);

    private DataType Target(DwarfEntry entry, int depth) =>
        entry.Type is { } target ? Type(target, depth) : VoidType.Instance;

    private DataType Type(DwarfEntry entry, int depth)
    {
        if (_types.TryGetValue(entry.Key, out var known))
        {
            return known;
        }

        if (depth > MaxDepth)
        {
            throw new FormatException("a type of the debug information is made of itself");
        }

        return _types[entry.Key] = Build(entry, depth + 1);
    }

    private DataType Build(DwarfEntry entry, int depth) => entry.Tag switch
    {
        DwarfTag.Base => Base(entry),
        DwarfTag.Pointer or DwarfTag.Reference or DwarfTag.RvalueReference => Pointer(entry, depth),
        DwarfTag.Array => Array(entry, depth),
        DwarfTag.Structure or DwarfTag.Class => Struct(entry, isUnion: false, depth),
        DwarfTag.Union => Struct(entry, isUnion: true, depth),
        DwarfTag.Enumeration => Enum(entry, depth),
        DwarfTag.Typedef or DwarfTag.TemplateAlias => new TypedefType(entry.Name, Target(entry, depth)),
        DwarfTag.Subroutine or DwarfTag.Subprogram => Function(entry, depth),
        DwarfTag.Const or DwarfTag.Volatile or DwarfTag.Restrict or DwarfTag.Atomic or DwarfTag.Immutable
            or DwarfTag.Packed or DwarfTag.Shared => Target(entry, depth),
        DwarfTag.Unspecified => VoidType.Instance,
        _ => Opaque(Size(entry) is > 0 and var size ? size : PointerSize), // a pointer to a member of C++
    };

    private static DataType Base(DwarfEntry entry)
    {
        const int boolean = 2, complex = 3, floating = 4, signed = 5, signedCharacter = 6, unsignedCharacter = 8;
        var (name, size, encoding) = (entry.Name, Size(entry), (int)(entry.Unsigned(DwarfAttribute.Encoding) ?? 0));
        return encoding switch
        {
            complex or floating => new FloatType(name, size),
            _ when size is not (1 or 2 or 4 or 8 or 16) => Opaque(size), // _BitInt(24)
            boolean => new IntegerType(name, size, false, IntegerRole.Boolean),
            signedCharacter or unsignedCharacter =>
                new IntegerType(name, size, encoding == signedCharacter, IntegerRole.Character),
            _ => new IntegerType(name, size, encoding == signed),
        };
    }

    // A function of a thousand parameters that are function pointers… is damage, which the depth ends.
    private PointerType Pointer(DwarfEntry entry, int depth) => new(Target(entry, depth));

    /// <summary>The dimensions are the entries below; one without an end is that of a flexible array.</summary>
    private DataType Array(DwarfEntry entry, int depth)
    {
        var element = Target(entry, depth);
        foreach (var dimension in entry.Children().Where(child => child.Tag == DwarfTag.Subrange).Reverse())
        {
            var count = Count(dimension);
            var isPossible = (ulong)count * (uint)Math.Max(element.Size, 1) <= MaxTypeSize;
            element = new ArrayType(element, isPossible ? count : 0);
        }

        return element;
    }

    private static int Count(DwarfEntry dimension)
    {
        var count = dimension.Unsigned(DwarfAttribute.Count) is { } told ? (long)told
            : dimension.Constant(DwarfAttribute.UpperBound) is { } last
                ? unchecked(last - (dimension.Constant(DwarfAttribute.LowerBound) ?? 0) + 1)
            : 0;
        return count is >= 0 and <= MaxTypeSize ? (int)count : 0;
    }

    private DataType Struct(DwarfEntry entry, bool isUnion, int depth)
    {
        if (entry.Reference(DwarfAttribute.Signature) is { } inItsUnit && inItsUnit.Key != entry.Key)
        {
            return Type(inItsUnit, depth);
        }

        var name = entry.Name;
        return entry.IsDeclaration
            ? Definition(name, isUnion, depth) ?? new ForwardType(name, isUnion)
            : entry.Unsigned(DwarfAttribute.ByteSize) > MaxTypeSize ? new ForwardType(name, isUnion) // glibc has one: union dtv
            : new StructType(name, isUnion, Size(entry), () => file.Read(_ => DwarfMembers.Read(entry, this)));
    }

    private DataType? Definition(string name, bool isUnion, int depth) => file.Read(index =>
        index.Names.Find(isUnion ? TypeNames.Union : TypeNames.Struct, Encoding.UTF8.GetBytes(name)) is { Rank: > NameRank.Declared } found
        && file.At(found.Place) is { } definition
            ? Type(definition, depth)
            : null);

    private DataType Enum(DwarfEntry entry, int depth)
    {
        if (entry.Reference(DwarfAttribute.Signature) is { } inItsUnit && inItsUnit.Key != entry.Key)
        {
            return Type(inItsUnit, depth);
        }

        var underlying = entry.Type is { } type ? Type(type, depth).Unaliased as IntegerType : null;
        var size = Size(entry) is > 0 and var told ? told : underlying?.Size ?? sizeof(int);
        var isSigned = underlying?.IsSigned ?? DwarfMembers.IsSigned(entry);
        return size is 1 or 2 or 4 or 8 or 16
            ? new EnumType(entry.Name, size, isSigned, () => file.Read(_ => DwarfMembers.Constants(entry, size, isSigned)))
            : throw new FormatException($"an enum of {size} bytes in the debug information");
    }

    private FunctionType Function(DwarfEntry entry, int depth)
    {
        var parameters = new List<Parameter>();
        var isVariadic = false;
        foreach (var child in entry.Children())
        {
            var tag = child.Tag;
            isVariadic |= tag == DwarfTag.UnspecifiedParameters;
            if (tag == DwarfTag.FormalParameter)
            {
                parameters.Add(new Parameter(child.Name, Target(child, depth)));
            }
        }

        return new FunctionType(Target(entry, depth), parameters, isVariadic);
    }

    private static ArrayType Opaque(int size) => new(CoreTypes.UnsignedChar, size);

    private static int Size(DwarfEntry entry) => entry.Unsigned(DwarfAttribute.ByteSize) switch
    {
        null => 0,
        <= MaxTypeSize and var size => (int)size,
        var size => throw new FormatException($"a type of {size} bytes in the debug information"),
    };
}
