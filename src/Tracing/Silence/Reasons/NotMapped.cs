using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>No process of those that are looked at uses the file at all.</summary>
internal sealed class NotMapped : ISilenceReason
{
    public bool IsKnownAtStart => true;

    public IEnumerable<Explanation> Explain(SilentCase silent) => silent.Process is { } process
        ? OfProcess(silent, process)
        : silent.LooksAtHost ? OfHost(silent) : [];

    private static IEnumerable<Explanation> OfProcess(SilentCase silent, LiveProcess process)
    {
        // A process whose mappings may not be read maps nothing we know of.
        if (process.Code.Count == 0 || silent.Mapped is not null || StaticProgram.Applies(silent)
            || ReplacedFile.Find(silent, process) is not null || OtherRoot.Find(silent, process) is not null)
        {
            yield break;
        }

        var like = process.Code.Where(code => IsLike(silent.Probe, code)).ToList();
        var offered = like.Find(code => Has(silent.Probe, code));
        yield return new Explanation("not-mapped",
            $"{process.Subject} does not map {Words.Short(silent.Probe.Display)}"
            + (process.ForeignRoot is null ? "" : ", and sees other files than this server (a container, or chroot)")
            + (like.Count == 0 ? "; it maps no file of a like name." : $"; it maps {Words.List([.. like.Select(code => Words.Short(code.Path))])}."),
            offered is null ? null : silent.Probe.WithTarget(process.TargetOf(offered)));
    }

    private static IEnumerable<Explanation> OfHost(SilentCase silent)
    {
        if (silent.File is not null && !silent.Host.All.Any(silent.IsMappedBy))
        {
            yield return new Explanation("unused", $"No process of this host maps {Words.Short(silent.Probe.Display)} now.");
        }
    }

    /// <summary>libc.so.6, libc-2.31.so, ld-musl-x86_64.so.1 for libc; and any file of the same name.</summary>
    private static bool IsLike(SilentProbe probe, MappedCode code)
    {
        var stem = LibraryName.Stem(probe.FileName);
        return code.FileName == probe.FileName || new LibraryName(stem).MatchesMapped(code.FileName)
            || code.FileName.StartsWith($"lib{stem}-", StringComparison.Ordinal);
    }

    private static bool Has(SilentProbe probe, MappedCode code) => probe.Name is null || ElfSlots.Read(code, elf =>
        SymbolTable.Read(elf, SectionType.DynamicSymbols, elf).Any(function => function.Name == probe.Name));
}
