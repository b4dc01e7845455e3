namespace BpfDashboard.Tracing.Libbpf;

/// <summary>Reads the verifier's log.</summary>
public static class VerifierLog
{
    /// <summary>
    /// The line that says what is wrong: the last one that is not a statistic. Empty for an empty log, which means
    /// that the verifier never looked at the program.
    /// </summary>
    public static string Summary(string log) =>
        log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(line => !line.StartsWith("processed ", StringComparison.Ordinal)) ?? "";
}
