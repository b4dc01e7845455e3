using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>
/// A multi-link takes all of its places or none. When the kernel refuses, the places are halved until the bad ones
/// stand alone; the good ones keep the links made on the way.
/// </summary>
internal static class MultiLink
{
    /// <summary>Makes one link for some probes: 0, or the errno.</summary>
    internal delegate int Maker(IReadOnlyList<BoundProbe> probes, out FileHandle? link);

    /// <summary>Attaches probes that come in classes: ordinary ones under "", and suspicious ones by suspicion.</summary>
    /// <exception cref="BpfException">The kernel knows no such links.</exception>
    internal static IReadOnlyList<Refusal> Attach(
        ILookup<string, BoundProbe> classes, Maker make, Attachments made)
    {
        var refused = new List<Refusal>();
        foreach (var probes in classes.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            if (probes.Key.Length == 0)
            {
                Halve([.. probes], make, made, refused);
            }
            else
            {
                AttachAlike([.. probes], make, made, refused);
            }
        }

        return refused.Count == 0
            || refused.Count < classes.Sum(probes => probes.Count())
            || refused.Any(refusal => !SaysUnknown(refusal.Errno))
            ? refused
            : throw new BpfException(Errors.Describe(refused[0].Errno), refused[0].Errno);
    }

    /// <summary>
    /// Asks the kernel about one of a class. Finding each bad place by halving takes two refusals and more, tens of
    /// milliseconds each; a libc has dozens of places that are bad for the same reason.
    /// </summary>
    private static void AttachAlike(
        BoundProbe[] probes, Maker make, Attachments made, List<Refusal> refused)
    {
        var before = refused.Count;
        Halve([probes[0]], make, made, refused);
        BoundProbe[] others = [.. probes.Skip(1)];
        if (refused.Count == before && others.Length > 0)
        {
            Halve(others, make, made, refused);
        }
        else if (refused.Count > before)
        {
            refused.AddRange(others.Select(probe => refused[before] with { Probe = probe }));
            made.Advance(others.Length);
        }
    }

    private static void Halve(BoundProbe[] probes, Maker make, Attachments made, List<Refusal> refused)
    {
        var errno = make(probes, out var link);
        if (link is not null)
        {
            made.AddLink(link);
            made.Advance(probes.Length);
        }
        else if (probes.Length == 1 || errno == Errors.OperationNotSupported)
        {
            // No such link at all: halving would only ask the same question again.
            refused.AddRange(probes.Select(probe => new Refusal(probe, errno, Errors.DescribeAttach(errno))));
            made.Advance(probes.Length);
        }
        else
        {
            Halve(probes[..(probes.Length / 2)], make, made, refused);
            Halve(probes[(probes.Length / 2)..], make, made, refused);
        }
    }

    /// <summary>Kernels without multi-links answer EINVAL (unknown attach type) or EOPNOTSUPP (configured out).</summary>
    private static bool SaysUnknown(int errno) => errno is Errors.Invalid or Errors.OperationNotSupported;
}
