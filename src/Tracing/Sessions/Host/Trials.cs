using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Compilation.Actions;
using BpfDashboard.Tracing.Compilation.Probes;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions.Attach;

namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>What came of trying one way to attach; <see cref="Failure"/> is null if it worked.</summary>
internal sealed record Trial(AttachMechanism Way, Failure? Failure);

/// <summary>A refusal: the kernel's number (0: none), the verifier's log, and both in words.</summary>
internal sealed record Failure(int Errno, string VerifierLog, string Words);

/// <summary>Attaches a program to something harmless by every way there is, and detaches it at once.</summary>
internal static class Trials
{
    /// <summary>A function every kernel has and traces.</summary>
    private const string KernelFunction = "vfs_read";
    private const string TracepointName = "sched_process_exit";
    private const string SyscallName = "sys_enter_getpgid";
    private static readonly Filter Everything = new(null, null);

    internal static IReadOnlyList<Trial> KernelFunctions() =>
        Try([new KernelFunctionProbe(0, KernelFunction, 0, null)], new KernelKind());

    internal static IReadOnlyList<Trial> UserFunctions() => OwnFunction.Find() is { } function
        ? Try([new UserProbe(0, function.Path, function.FileOffset, 0)], new UserKind())
        : [];

    /// <summary>Entry and return of a call together, with something to keep in between.</summary>
    internal static IReadOnlyList<Trial> Sessions() =>
    [
        TrySession(new KernelFunctionProbe(0, KernelFunction, 0, null) { IsReturn = true }, new KernelKind()),
        .. OwnFunction.Find() is { } function
            ? [TrySession(new UserProbe(0, function.Path, function.FileOffset, 0) { IsReturn = true }, new UserKind())]
            : Array.Empty<Trial>(),
    ];

    internal static IReadOnlyList<Trial> Tracepoints(IKernelCatalog catalog) =>
        Try([new TracepointProbe(0, "sched", TracepointName, IdOf(catalog, TracepointName))], new TracepointKind());

    /// <summary>System calls have one way more than other tracepoints; only that is tried here.</summary>
    internal static Trial SystemCalls(IKernelCatalog catalog)
    {
        const int GetPgid = 121;
        var probe = new SyscallProbe(0, GetPgid, IsExit: false, SyscallName, IdOf(catalog, SyscallName));
        return Try([probe], new SyscallKind())[0];
    }

    internal static IReadOnlyList<Trial> Clocks() => Try([new ProfileProbe(0, Hertz: 1)], new ProfileKind());

    private static int IdOf(IKernelCatalog catalog, string name) =>
        catalog.Tracepoints.FirstOrDefault(tracepoint => tracepoint.Event == name)?.Id ?? 0;

    private static List<Trial> Try(IReadOnlyList<BoundProbe> probes, IProbeKind kind)
    {
        var images = Counts();
        var group = kind.Build(probes, new ProbeWork(Everything, new CountAction()), images).Single();
        return [.. group.Alternatives.Select(way => new Trial(way.Mechanism, Try(way, probes, images)))];
    }

    private static Trial TrySession(BoundProbe atReturn, IProbeKind kind)
    {
        var images = Counts();
        var entries = EntryImage.Add(0, slots: 1, images);
        var work = new ProbeWork(Everything, new CountAction())
        {
            Entry = new EntryWork(
                new SaveAction(entries, images[entries.CallsMap].ValueSize, []),
                new SessionWork(new EntryInCookie(entries, null, Everything), new CountAction())),
        };
        var way = kind.Build([atReturn], work, images).Single().Alternatives[0];
        return new Trial(way.Mechanism, Try(way, [atReturn], images));
    }

    private static List<MapImage> Counts() => [new("counts", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), 1)];

    private static Failure? Try(Alternative way, IReadOnlyList<BoundProbe> probes, IReadOnlyList<MapImage> images)
    {
        var maps = new List<BpfMap>();
        try
        {
            maps.AddRange(images.Select(BpfMap.Create));
            using var made = new Attachments(maps, null, null, probes.Count, CancellationToken.None);
            var refused = Attachers.For(way.Mechanism).Attach(way.Program, probes, made);
            return refused.Count == 0
                ? null
                : new Failure(refused[0].Errno, "", Errors.Describe(refused[0].Errno));
        }
        catch (BpfException refused)
        {
            return new Failure(refused.Errno, refused.VerifierLog, refused.Message);
        }
        finally
        {
            maps.ForEach(map => map.Dispose());
        }
    }
}
