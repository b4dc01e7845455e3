using System.Text;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// The types and prototypes of a program's debug information, built when somebody asks for them. What has the same name
/// in several source files is what the first of them means by it.
/// </summary>
internal sealed class DwarfTypes : ITypeSource
{
    private readonly DwarfFile _file;
    private readonly DwarfTypeBuilder _builder;
    private DwarfConstants? _constants;

    internal DwarfTypes(DwarfFile file) => (_file, _builder) = (file, new DwarfTypeBuilder(file));

    /// <inheritdoc/>
    public DataType? Find(TypeNames space, string name) => _file.Read(index => Find(index, space, Encoding.UTF8.GetBytes(name)));

    /// <inheritdoc/>
    public (EnumType Enum, EnumConstant Constant)? FindConstant(string name) => _file.Read(index =>
        Constants(index).EnumOf(Encoding.UTF8.GetBytes(name)) is { } place && _file.At(place) is { } entry
        && _builder.Type(entry) is EnumType type && type.Constants.FirstOrDefault(it => it.Name == name) is { } constant
            ? (type, constant)
            : ((EnumType, EnumConstant)?)null);

    /// <inheritdoc/>
    public IEnumerable<string> Names(TypeNames space) => _file.Read(index => ListOf(index.Names, space));

    /// <inheritdoc/>
    public IEnumerable<string> ConstantNames => _file.Read(index => ListOf(Constants(index).Names, TypeNames.Enum));

    /// <summary>The prototype of the function whose code begins at an address of the file; null if there is none.</summary>
    /// <exception cref="FormatException">The debug information is damaged there.</exception>
    internal FunctionType? FunctionAt(ulong address) => _file.Read(index =>
        index.FunctionAt(address) is { } place && _file.At(place) is { } entry ? _builder.Prototype(entry) : null);

    private DataType? Find(DwarfIndex index, TypeNames space, byte[] name) =>
        index.Names.Find(space, name) is { } found && _file.At(found.Place) is { } entry
            ? space == TypeNames.Function ? _builder.Prototype(entry) : _builder.Type(entry)
            : null;

    private DwarfConstants Constants(DwarfIndex index) => _constants ??= new DwarfConstants(_file, index);

    private static List<string> ListOf(DwarfNames names, TypeNames space)
    {
        var list = new List<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (names.NameOf(i, space) is { IsEmpty: false } name)
            {
                list.Add(Encoding.UTF8.GetString(name));
            }
        }

        return list;
    }
}

/// <summary>Which enum has a constant: made when the first constant is asked for.</summary>
internal sealed unsafe class DwarfConstants
{
    /// <summary>Looks at all enums. Inside the file's lock only.</summary>
    public DwarfConstants(DwarfFile file, DwarfIndex index)
    {
        foreach (var place in index.Enums)
        {
            foreach (var constant in file.At(place)?.Children() ?? [])
            {
                Names.Add(TypeNames.Enum, constant.NameBytes(), NameRank.Defined, constant, _ => place);
            }
        }
    }

    /// <summary>The names, which lead to the enums.</summary>
    public DwarfNames Names { get; } = new();

    /// <summary>Where the enum lies that has the constant; null if none has.</summary>
    public ulong? EnumOf(ReadOnlySpan<byte> name) => Names.Find(TypeNames.Enum, name)?.Place;
}
