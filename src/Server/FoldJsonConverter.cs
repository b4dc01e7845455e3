using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server;

/// <summary>
/// Writes a fold as JSON, and remembers the bytes for as long as the fold lives: however many viewers are sent the
/// same fold, it is serialised once.
/// </summary>
internal sealed class FoldJsonConverter : JsonConverter<Fold>
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = JsonSerializerOptions.Default.TypeInfoResolver,
    };

    private readonly ConditionalWeakTable<Fold, Lazy<byte[]>> written = [];
    private int serialisations;

    /// <summary>How many folds were turned into bytes.</summary>
    public int Serialisations => Volatile.Read(ref serialisations);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Fold value, JsonSerializerOptions options)
    {
        // The table may call its factory twice in a race, but keeps one of the results: hence the Lazy.
        var json = written.GetValue(value, fold => new Lazy<byte[]>(() => Serialise(fold)));
        writer.WriteRawValue(json.Value, skipInputValidation: true);
    }

    /// <inheritdoc/>
    public override Fold? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Fold>(ref reader, Web);

    private byte[] Serialise(Fold fold)
    {
        Interlocked.Increment(ref serialisations);
        return JsonSerializer.SerializeToUtf8Bytes(fold, Web);
    }
}
