using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace BpfDashboard.Server;

/// <summary>
/// The addresses of <c>--urls</c>. Kestrel takes whatever is not an IP address for "all addresses": a slip of the
/// finger would open the server to the network.
/// </summary>
internal static partial class ListenAddress
{
    /// <summary>Refuses what Kestrel would misunderstand.</summary>
    /// <exception cref="CommandLineException">One of the addresses, apart by semicolons, is none.</exception>
    public static void Check(string urls)
    {
        foreach (var address in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (WhyNot(address) is { } problem)
            {
                throw new CommandLineException($"The server cannot listen on '{address}': {problem}");
            }
        }
    }

    /// <summary>Whether others on the network can reach an address, and read what is said there.</summary>
    public static bool IsOpenAndUnencrypted(string address) =>
        Shape().Match(address) is { Success: true } parts &&
        parts.Groups["scheme"].Value.Equals("http", StringComparison.OrdinalIgnoreCase) &&
        !IsLocalhost(Host(parts)) &&
        !(IPAddress.TryParse(Host(parts), out var ip) && IPAddress.IsLoopback(ip));

    private static string? WhyNot(string address)
    {
        if (address.StartsWith("http://unix:/", StringComparison.Ordinal))
        {
            return null;
        }

        if (Shape().Match(address) is not { Success: true } parts)
        {
            return "it must look like http://127.0.0.1:5080";
        }

        var (host, port) = (Host(parts), parts.Groups["port"].Value);
        if (!(IsLocalhost(host) || host is "*" or "+" || IPAddress.TryParse(host, out _)))
        {
            return $"{host} is neither an IP address nor localhost; * is for all addresses.";
        }

        return (port.Length == 0 ? -1 : int.Parse(port, CultureInfo.InvariantCulture)) switch
        {
            > IPEndPoint.MaxPort => $"a port is at most {IPEndPoint.MaxPort}.",
            0 when IsLocalhost(host) => "localhost has two addresses, which would get two ports; use 127.0.0.1:0.",
            _ => null,
        };
    }

    private static string Host(Match parts) => parts.Groups["host"].Value.Trim('[', ']');

    private static bool IsLocalhost(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<scheme>https?)://(?<host>\[[0-9a-f:.%]+\]|[^/:\[\]\s]+)(:(?<port>\d{1,5}))?/?$", RegexOptions.IgnoreCase)]
    private static partial Regex Shape();
}
