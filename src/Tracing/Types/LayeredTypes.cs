namespace BpfDashboard.Tracing.Types;

/// <summary>Several sources as one: the first that knows a name, and knows more of it than that it exists, is believed.</summary>
public sealed class LayeredTypes(params IReadOnlyList<ITypeSource> layers) : ITypeSource
{
    /// <inheritdoc/>
    public DataType? Find(TypeNames space, string name)
    {
        var found = layers.Select(layer => layer.Find(space, name)).OfType<DataType>().ToList();
        return found.Find(type => type is not ForwardType) ?? found.FirstOrDefault();
    }

    /// <inheritdoc/>
    public (EnumType Enum, EnumConstant Constant)? FindConstant(string name) =>
        layers.Select(layer => layer.FindConstant(name)).FirstOrDefault(found => found is not null);

    /// <inheritdoc/>
    public IEnumerable<string> Names(TypeNames space) => layers.SelectMany(layer => layer.Names(space));

    /// <inheritdoc/>
    public IEnumerable<string> ConstantNames => layers.SelectMany(layer => layer.ConstantNames);
}
