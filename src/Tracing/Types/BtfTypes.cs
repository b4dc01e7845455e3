using System.Text;
using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Types;

/// <summary>
/// The types of a kernel's BTF. Only an index is made of it all; a type is built when it is asked for, and the members
/// of a struct when somebody looks at them. Safe for several threads.
/// </summary>
public sealed class BtfTypes : ITypeSource
{
    private readonly BtfIndex _index;
    private readonly BtfTypeBuilder _builder;
    private readonly Lazy<uint[]> _enums;

    private BtfTypes(BtfIndex index)
    {
        (_index, _builder) = (index, new BtfTypeBuilder(index));
        _enums = new(() => [.. index.All(TypeNames.Enum)]);
    }

    /// <summary>Takes over the content of <c>/sys/kernel/btf/vmlinux</c>; it must not be changed afterwards.</summary>
    /// <exception cref="FormatException">The bytes are no BTF, or are cut short.</exception>
    public static BtfTypes Read(byte[] btf) => new(new BtfIndex(btf));

    /// <summary>How many types there are.</summary>
    public int Count => _index.Count;

    /// <inheritdoc/>
    public DataType? Find(TypeNames space, string name) =>
        _index.Find(space, Encoding.UTF8.GetBytes(name)) is not 0 and var id ? _builder.Type((uint)id) : null;

    /// <inheritdoc/>
    /// <remarks>A kernel has 30,000 constants: to compare them all takes less than to make a table of them.</remarks>
    public (EnumType Enum, EnumConstant Constant)? FindConstant(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        foreach (var id in _enums.Value)
        {
            if (BtfEnums.Find(_index, id, bytes) is >= 0 and var at && _builder.Type(id) is EnumType type)
            {
                return (type, type.Constants[at]);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Names(TypeNames space) => _index.All(space).Select(NameOf).Where(name => name.Length > 0);

    /// <inheritdoc/>
    public IEnumerable<string> ConstantNames =>
        _enums.Value.SelectMany(id => BtfEnums.Read(_index, id)).Select(constant => constant.Name);

    private string NameOf(uint id) => _index.Text(BtfLayout.Word(_index.Bytes(id), 0));
}
