using System.Collections;
using System.ComponentModel;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server;

/// <summary>Where <see cref="DashboardOptions"/> come from, and what may be in them.</summary>
internal static class DashboardOptionsSetup
{
    /// <summary>Where the options are in the configuration.</summary>
    public const string Section = "Dashboard";
    private const string Prefix = "BPFDASHBOARD_";
    /// <summary>Adds environment and command line, the latter last; binds and validates.</summary>
    /// <param name="settings">The command line as <see cref="CommandLine.Parse"/> gives it.</param>
    /// <exception cref="OptionsValidationException">A value is not even of the right kind.</exception>
    public static void AddDashboardOptions(this WebApplicationBuilder builder, string[] settings)
    {
        builder.Configuration.AddInMemoryCollection(FromEnvironment());
        builder.Configuration.AddCommandLine(settings);
        RefuseUnreadable(builder.Configuration.GetSection(Section));
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration(Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
    }

    private static Dictionary<string, string?> FromEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
        .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(entry => $"{Section}:{entry.Name[Prefix.Length..].Replace("_", "", StringComparison.Ordinal)}", entry => entry.Value);

    /// <summary>The binder would throw at the first, in words that are not for people.</summary>
    private static void RefuseUnreadable(IConfigurationSection section)
    {
        var failures = typeof(DashboardOptions).GetProperties()
            .Select(property => WhyNot(property.Name, section[property.Name], property.PropertyType))
            .OfType<string>().ToList();
        if (failures.Count > 0)
        {
            throw new OptionsValidationException(Section, typeof(DashboardOptions), failures);
        }
    }

    private static string? WhyNot(string name, string? text, Type type)
    {
        if (text is null || TypeDescriptor.GetConverter(type).IsValid(text))
        {
            return null;
        }

        var kind = type == typeof(TimeSpan) ? "a time such as 00:15:00" : type == typeof(bool) ? "true or false" : "a whole number";
        return $"{name} is '{text}'; it must be {kind}.";
    }
}

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
            Within(options.KeepRows, 1, 1_000_000_000, "KeepRows"),
            Within(options.KeepRowsMegabytes, 1, 1 << 20, "KeepRowsMegabytes"),
            string.IsNullOrWhiteSpace(options.AllowedHosts) ? "AllowedHosts must name at least one host." : null,
        ];
        var found = failures.OfType<string>().ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? Within<T>(T value, T low, T high, string name)
        where T : IComparable<T> =>
        value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0 ? null : $"{name} is {value}; it must be from {low} to {high}.";
}
