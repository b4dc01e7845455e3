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

    /// <exception cref="BpfException">The kernel knows no such links.</exception>
    internal static IReadOnlyList<Refusal> Attach(IReadOnlyList<BoundProbe> probes, Maker make, Attachments made)
    {
        var refused = new List<Refusal>();
        Halve(probes, make, made, refused);
        return refused.Count < probes.Count || refused.Any(refusal => !SaysUnknown(refusal.Errno))
            ? refused
            : throw new BpfException(Errors.Describe(refused[0].Errno), refused[0].Errno);
    }

    private static void Halve(IReadOnlyList<BoundProbe> probes, Maker make, Attachments made, List<Refusal> refused)
    {
        var errno = make(probes, out var link);
        if (link is not null)
        {
            made.AddLink(link);
            made.Advance(probes.Count);
        }
        else if (probes.Count == 1 || errno == Errors.OperationNotSupported)
        {
            // No such link at all: halving would only ask the same question again.
            refused.AddRange(probes.Select(probe => new Refusal(probe, errno, Errors.DescribeAttach(errno))));
            made.Advance(probes.Count);
        }
        else
        {
            Halve([.. probes.Take(probes.Count / 2)], make, made, refused);
            Halve([.. probes.Skip(probes.Count / 2)], make, made, refused);
        }
    }

    /// <summary>Kernels without multi-links answer EINVAL (unknown attach type) or EOPNOTSUPP (configured out).</summary>
    private static bool SaysUnknown(int errno) => errno is Errors.Invalid or Errors.OperationNotSupported;
}
