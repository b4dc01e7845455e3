using System.Text;
using System.Text.Json;

namespace BpfDashboard.Server;

/// <summary>
/// What may be on the command line: <c>--name value</c> or <c>--name=value</c>. Anything else is refused: a word that
/// is ignored without a word leaves the server on another port than was asked for, or open for longer.
/// </summary>
internal static class CommandLine
{
    private const string Flag = "";

    /// <summary>Options, what their values look like, and what they are for.</summary>
    private static readonly Option[] Options =
    [
        new("--urls", null, "http://127.0.0.1:5080", "Addresses to listen on, apart by semicolons."),
        Of(nameof(DashboardOptions.TickInterval), "00:00:00.1", "How often a running session is read."),
        Of(nameof(DashboardOptions.IdleTimeout), "00:15:00", "A session nobody watched for this long is stopped; 00:00:00 for never."),
        Of(nameof(DashboardOptions.MaxRunningSessions), "8", "Sessions that may be attached at the same time."),
        Of(nameof(DashboardOptions.MaxProbesPerSession), "20000", "Places one session may attach to."),
        Of(nameof(DashboardOptions.KeepFinishedSessions), "50", "Finished sessions that are kept; the oldest go first."),
        Of(nameof(DashboardOptions.KeepFinishedMegabytes), "1024", "Memory the finished sessions may take in all."),
        Of(nameof(DashboardOptions.RecordingLimitMegabytes), "256", "Memory one session may take; it ends there."),
        Of(nameof(DashboardOptions.KeepRows), "1000000", "Events of one trace that are kept; older ones are let go of."),
        Of(nameof(DashboardOptions.KeepRowsMegabytes), "128", "Memory these events may take."),
        Of(nameof(DashboardOptions.StateDirectory), "/var/lib/bpfdashboard", "Where the API key and the keys of logins are kept."),
        Of(nameof(DashboardOptions.AllowedHosts), "localhost;127.0.0.1;[::1]", "Host names the server answers to."),
        Of(nameof(DashboardOptions.JsonLogs), Flag, "Write logs as one JSON object per line."),
        new("--environment", null, "Production", "The name of the environment, which chooses appsettings.NAME.json."),
        new("--check", null, Flag, "Say what can be traced on this host, and exit."),
        new("--help", null, Flag, "Say this, and exit."),
    ];

    /// <summary>What a test host hands on beside settings with a colon, sections without a value among them.</summary>
    private static readonly string[] OfHost = ["--contentRoot", "--applicationName", "--Logging", "--Dashboard"];

    /// <summary>Whether the person wants to know the options.</summary>
    public static bool AsksForHelp(string[] args) => Array.Exists(args, word => word is "--help" or "-h" or "-?");

    /// <summary>One line per option.</summary>
    public static string Help()
    {
        var text = new StringBuilder("Live counts of kernel and user functions in the browser.\n\nOptions, with what they are unless you say otherwise:\n");
        foreach (var option in Options)
        {
            text.Append($"  {option.Name + " " + option.Sample,-48} {option.Help}\n");
        }

        return text.Append("The environment can set the same: BPFDASHBOARD_IDLE_TIMEOUT=00:15:00\n").ToString();
    }

    /// <summary>The arguments as settings, each in one word: <c>--Dashboard:IdleTimeout=00:15:00</c>.</summary>
    /// <exception cref="CommandLineException">A word is no option, or an option has no value.</exception>
    public static string[] Parse(string[] args)
    {
        var settings = new List<string>();
        for (var index = 0; index < args.Length; index++)
        {
            var (name, value) = args[index].Split('=', 2) is [var left, var right] ? (left, right) : (args[index], null);
            var option = Find(name);
            var next = index + 1 < args.Length ? args[index + 1] : null;
            if (value is null && (option.IsFlag ? next is "true" or "false" : next?.StartsWith("--", StringComparison.Ordinal) == false))
            {
                (value, index) = (next, index + 1);
            }

            value ??= option.IsFlag ? "true" : "";
            settings.Add(value.Length > 0 || option.MayBeEmpty
                ? $"--{option.Setting ?? name[2..]}={value}"
                : throw new CommandLineException($"{name} needs a value, such as {name} {option.Sample}"));
        }

        return [.. settings];
    }

    private static Option Find(string name)
    {
        if (!name.StartsWith("--", StringComparison.Ordinal))
        {
            throw new CommandLineException($"'{name}' is no option; --help lists those there are.");
        }

        // With a colon it is a setting of the host, such as --Logging:LogLevel:Default.
        return Array.Find(Options, option => option.Name == name)
            ?? (name.Contains(':', StringComparison.Ordinal) || OfHost.Contains(name) ? new Option(name, null, "", "", MayBeEmpty: true) : null)
            ?? throw new CommandLineException(
                $"Unknown option {name}. Options: {string.Join(' ', Options.Select(option => option.Name))}");
    }

    private static Option Of(string property, string sample, string help) =>
        new("--" + JsonNamingPolicy.KebabCaseLower.ConvertName(property), $"{DashboardOptionsSetup.Section}:{property}", sample, help);

    private sealed record Option(string Name, string? Setting, string Sample, string Help, bool MayBeEmpty = false)
    {
        public bool IsFlag => Sample == Flag && !MayBeEmpty;
    }
}

/// <summary>The command line cannot be understood; the message is for the person who typed it.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
