namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The library was replaced since the process began: it goes on with the old file, which has no name any more.</summary>
internal sealed class ReplacedFile : ISilenceReason
{
    public bool IsKnownAtStart => true;

    /// <summary>The old file in the process.</summary>
    public static MappedCode? Find(SilentCase silent, LiveProcess process) => silent.IsMappedBy(process)
        ? null
        : process.Code.FirstOrDefault(code => code.IsDeleted && code.FileName == silent.Probe.FileName);

    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent.Process is { } process)
        {
            if (Find(silent, process) is { } old)
            {
                yield return new Explanation("replaced",
                    $"{Words.Short(old.Path)} was replaced or deleted since {process.Title} began, which goes on with the old file. "
                    + "Restart the process, or probe the file that it maps.",
                    silent.Probe.WithTarget(process.TargetOf(old)));
            }

            yield break;
        }

        if (silent.LooksAtHost
            && silent.Host.All.Where(other => Find(silent, other) is not null).Take(20).ToList() is { Count: > 0 } users)
        {
            yield return new Explanation("replaced",
                $"{silent.Probe.FileName} was replaced or deleted since {Words.List([.. users.Select(user => user.Title)])} began: "
                + "they go on with the old file, which is not probed. With -p, it is.",
                silent.Probe.WithPid(users[0].Pid));
        }
    }
}
