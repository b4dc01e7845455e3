using System.Runtime.CompilerServices;

namespace BpfDashboard.Tracing.Types;

/// <summary>One constant of an enum.</summary>
/// <param name="Value">Sign-extended, or zero-extended where the enum is unsigned.</param>
public sealed record EnumConstant(string Name, long Value);

/// <summary>An enum; equal only to itself. The name is empty where it has none.</summary>
public sealed record EnumType(string Name, int SizeInBytes, bool IsSigned) : DataType
{
    private readonly Lazy<IReadOnlyList<EnumConstant>> _constants = new([]);

    /// <summary>An enum whose constants are read when somebody asks for them.</summary>
    public EnumType(string name, int sizeInBytes, bool isSigned, Func<IReadOnlyList<EnumConstant>> constants)
        : this(name, sizeInBytes, isSigned) => _constants = new(constants, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The constants as declared.</summary>
    /// <exception cref="FormatException">What they are read from is damaged.</exception>
    public IReadOnlyList<EnumConstant> Constants => _constants.Value;

    /// <inheritdoc/>
    public override int Size => SizeInBytes;

    /// <inheritdoc/>
    public bool Equals(EnumType? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
