using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>
/// The symbol is an IFUNC: a function that chooses the implementation once; callers go there directly. The binder lists
/// the implementations; this says which one is called.
/// </summary>
internal sealed class Indirect : ISilenceReason
{
    public bool IsKnownAtStart => true;

    public static bool Applies(SilentCase silent) =>
        Functions(silent).Any(function => function.Name == silent.Probe.Name && function.IsIndirect
            && silent.Probe.Offsets.Contains(function.FileOffset));

    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (!Applies(silent) || silent.Probe.Name is not { } name)
        {
            yield break;
        }

        var (where, places) = silent.Process is { } process
            ? (process.Title, silent.Targets.Select(target => (target.Code, target.FileOffset)))
            : ("this server's own process, and so most likely in others", OwnPlaces(silent, name));
        foreach (var (code, offset) in places.Distinct().Take(3))
        {
            var chosen = code.Is(silent.File)
                ? Functions(silent).FirstOrDefault(function => function.FileOffset == offset && !function.IsIndirect)?.Name
                : null;
            yield return new Explanation("indirect",
                $"{name} is an IFUNC: in {where}, its calls lead to "
                + (chosen ?? $"code at 0x{offset:x} of {Words.Short(code.Path)} that has no symbol (install its debug symbols)") + ".",
                chosen is null ? null : silent.Probe.WithFunction(chosen))
            { IsLasting = true };
        }
    }

    // dlsym asks the chooser; only of what this process has mapped anyway.
    private static IEnumerable<(MappedCode Code, ulong FileOffset)> OwnPlaces(SilentCase silent, string name)
    {
        var own = silent.Host.Find(Environment.ProcessId);
        return own is not null && own.Code.Any(code => code.Is(silent.File))
            && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out var address)
            && own.At((ulong)address) is { } place && place.Code.Is(silent.File)
                ? [place]
                : [];
    }

    private static IReadOnlyList<UserFunction> Functions(SilentCase silent)
    {
        try
        {
            return silent.Kernel.ReadBinary(silent.Probe.Path).Functions;
        }
        catch (BinaryFormatException)
        {
            return [];
        }
    }
}
