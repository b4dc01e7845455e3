namespace BpfDashboard.Tracing.Types;

/// <summary>What a name can be the name of; each of them is a name space of its own.</summary>
public enum TypeNames
{
    Struct,
    Union,
    Enum,
    Typedef,
    Function,
}

/// <summary>Where types come from by name: the kernel's BTF, the table of what C itself has, a test's list.</summary>
/// <remarks>Every member may throw <see cref="FormatException"/> if what it reads from is damaged.</remarks>
public interface ITypeSource
{
    /// <summary>
    /// The type of this name, or null: a struct, union (each perhaps only a <see cref="ForwardType"/>), enum, typedef,
    /// or the prototype of a function.
    /// </summary>
    DataType? Find(TypeNames space, string name);

    /// <summary>The constant of this name, of whatever enum, or null.</summary>
    (EnumType Enum, EnumConstant Constant)? FindConstant(string name);

    /// <summary>All names of a name space, for suggestions; not necessarily each only once.</summary>
    IEnumerable<string> Names(TypeNames space);

    /// <summary>The names of all enum constants, for suggestions.</summary>
    IEnumerable<string> ConstantNames { get; }
}
