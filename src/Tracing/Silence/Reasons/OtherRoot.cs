using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The process lives in another mount namespace or root folder, where the same path is another file.</summary>
internal sealed class OtherRoot : ISilenceReason
{
    public bool IsKnownAtStart => true;

    /// <summary>The other file of that path in a process.</summary>
    public static MappedCode? Find(SilentCase silent, LiveProcess process)
    {
        var path = BinaryFinder.RealPath(silent.Probe.Display);
        return silent.IsMappedBy(process)
            ? null
            : process.Code.FirstOrDefault(code => !code.IsDeleted && code.Path == path && code.Identity is not null);
    }

    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent.Process is { } process)
        {
            if (Find(silent, process) is { } other)
            {
                var target = process.TargetOf(other);
                yield return new Explanation("other-root",
                    $"{process.Subject} maps another file of the path {Words.Short(other.Path)} than the one that is probed: "
                    + $"{Where(process)}. Probe the file that it maps.",
                    silent.Probe.WithTarget(target == other.Path ? $"/proc/{process.Pid}/root{other.Path}" : target));
            }

            yield break;
        }

        if (silent.LooksAtHost && silent.Host.All
            .Where(each => each.ForeignRoot is not null && Find(silent, each) is not null).Take(20).ToList() is { Count: > 0 } users)
        {
            yield return new Explanation("other-root",
                $"{Words.List([.. users.Select(user => user.Title)])} see other files than this server (a container, or chroot): "
                + $"their {silent.Probe.FileName} is another file, which is not probed. With -p, it is.",
                silent.Probe.WithPid(users[0].Pid));
        }
    }

    private static string Where(LiveProcess process) => process.ForeignRoot is null
        ? "the file was exchanged, or something was mounted over it"
        : "it lives in another mount namespace, or below another root folder";
}
