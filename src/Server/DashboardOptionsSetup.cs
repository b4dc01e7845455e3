using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server;

/// <summary>Where <see cref="DashboardOptions"/> come from, and what may be in them.</summary>
internal static class DashboardOptionsSetup
{
    private const string Section = "Dashboard";
    private const string Prefix = "BPFDASHBOARD_";
    private static readonly string[] Names = [.. typeof(DashboardOptions).GetProperties().Select(property => property.Name)];

    /// <summary>Switches such as <c>--idle-timeout</c>, and the names they set.</summary>
    private static readonly Dictionary<string, string> Switches =
        Names.ToDictionary(name => "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name), name => $"{Section}:{name}");

    /// <summary>Adds environment and command line, the latter last; binds and validates.</summary>
    /// <exception cref="CommandLineException">The command line has a switch that nobody knows.</exception>
    public static void AddDashboardOptions(this WebApplicationBuilder builder, string[] args)
    {
        RefuseUnknown(args);
        builder.Configuration.AddInMemoryCollection(FromEnvironment());
        builder.Configuration.AddCommandLine(args, Switches);
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration(Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
    }

    private static Dictionary<string, string?> FromEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
        .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(entry => $"{Section}:{entry.Name[Prefix.Length..].Replace("_", "", StringComparison.Ordinal)}", entry => entry.Value);

    /// <summary>
    /// A misspelt switch would be ignored without a word otherwise. Words with capitals or colons are settings of the
    /// host, such as <c>--Logging:LogLevel:Default</c>.
    /// </summary>
    private static void RefuseUnknown(string[] args)
    {
        string[] known = [.. Switches.Keys, "--urls", "--environment", "--check"];
        foreach (var name in args.Where(arg => arg.StartsWith("--", StringComparison.Ordinal)).Select(arg => arg.Split('=')[0]))
        {
            if (name.All(character => char.IsAsciiLetterLower(character) || character == '-') && !known.Contains(name))
            {
                throw new CommandLineException($"Unknown option {name}. Options: {string.Join(' ', known)}");
            }
        }
    }
}

/// <summary>The command line cannot be understood; the message is for the person who typed it.</summary>
internal sealed class CommandLineException(string message) : Exception(message);

/// <summary>Finds all that is wrong with the options at once.</summary>
internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        string?[] failures =
        [
            Within(options.TickInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), "TickInterval"),
            Within(options.IdleTimeout, TimeSpan.Zero, TimeSpan.FromDays(7), "IdleTimeout"),
            Within(options.MaxRunningSessions, 1, 1000, "MaxRunningSessions"),
            Within(options.MaxProbesPerSession, 1, 1_000_000, "MaxProbesPerSession"),
            Within(options.KeepFinishedSessions, 0, 100_000, "KeepFinishedSessions"),
            Within(options.KeepFinishedMegabytes, 0, 1 << 20, "KeepFinishedMegabytes"),
            Within(options.RecordingLimitMegabytes, 1, 1 << 20, "RecordingLimitMegabytes"),
            string.IsNullOrWhiteSpace(options.AllowedHosts) ? "AllowedHosts must name at least one host." : null,
        ];
        var found = failures.OfType<string>().ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? Within<T>(T value, T low, T high, string name)
        where T : IComparable<T> =>
        value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0 ? null : $"{name} is {value}; it must be from {low} to {high}.";
}
