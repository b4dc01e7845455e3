using System.Text;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>The listing of an image: maps, then each group's first choice in full, then what it falls back to.</summary>
internal static class ImagePrinter
{
    internal static string Print(ProgramImage image)
    {
        var text = new StringBuilder();
        foreach (var map in image.Maps)
        {
            text.Append($"map {map.Name}: {Describe(map)}{(map.Contents is null ? "" : ", read-only")}\n");
        }

        foreach (var group in image.Groups)
        {
            Append(text, image, group);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ProgramImage image, ProbeGroup group)
    {
        var first = group.Alternatives[0];
        foreach (var program in new[] { first.Entry, first.Program }.OfType<BpfProgramImage>())
        {
            text.Append($"\nprogram {program.Name}: {Kebab(program.Type)}, ")
                .Append($"{group.Probes.Count} probe{(group.Probes.Count == 1 ? "" : "s")} by {first.Mechanism.Describe()}\n")
                .Append(Disassembler.Listing(program.Instructions, index => image.Maps[index].Name, program.Subprograms));
        }

        var others = group.Alternatives.Skip(1).Select(way =>
            way.Mechanism.Describe() + (first.Program.Unwinds && !way.Program.Unwinds ? " by frame pointers" : ""));
        if (group.Alternatives.Count > 1)
        {
            text.Append($"else by {string.Join(", ", others)}\n");
        }
    }

    private static string Describe(MapImage map) => map switch
    {
        { Type: MapType.Ringbuf } => $"{Kebab(map.Type)}, {map.MaxEntries} bytes",
        { Type: MapType.PerfEventArray } => $"{Kebab(map.Type)}, {map.BufferSize} bytes",
        { Inner: { } inner } => $"{Kebab(map.Type)}, {map.MaxEntries} entry of {inner.Name}: {Describe(inner)}",
        _ => $"{Kebab(map.Type)}, key {map.KeySize} bytes, value {map.ValueSize} bytes, {map.MaxEntries} entries",
    };

    /// <summary><c>PerCpuArray</c> to <c>per-cpu-array</c>.</summary>
    private static string Kebab<T>(T value) where T : struct, Enum =>
        string.Concat(value.ToString().Select((letter, index) =>
            char.IsUpper(letter) ? $"{(index > 0 ? "-" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
