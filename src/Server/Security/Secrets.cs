using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BpfDashboard.Server.Security;

/// <summary>Random secrets, and the only form in which they are remembered.</summary>
internal static class Secrets
{
    private const int Bytes = 32;

    /// <summary>A new secret of 256 random bits, in characters that need no escaping in a URL.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Its SHA-256. No salt and no stretching: there is nothing to guess in 256 random bits.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
