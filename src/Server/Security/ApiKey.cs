using System.Security.Cryptography;

namespace BpfDashboard.Server.Security;

/// <summary>
/// The key for scripts: <c>curl -H "Authorization: Bearer $(cat /var/lib/bpfdashboard/api-key)"</c>. Made at the first
/// start in a file only its owner may read; a new one is made when the file is deleted and the server restarted.
/// </summary>
internal sealed class ApiKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly byte[] hash;

    public ApiKey(StateDirectory state)
    {
        FilePath = Path.Combine(state.Root, "api-key");
        try
        {
            hash = Secrets.Hash(Read(FilePath) ?? Create(FilePath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"The API key {FilePath} cannot be kept: {exception.Message}", exception);
        }
    }

    /// <summary>The file that holds the key.</summary>
    public string FilePath { get; }

    /// <summary>Whether this is the key; takes the same time either way.</summary>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(hash, Secrets.Hash(candidate));

    private static string? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        File.SetUnixFileMode(path, OwnerOnly);
        var key = File.ReadAllText(path).Trim();
        return key.Length > 0 ? key : null;
    }

    private static string Create(string path)
    {
        var key = Secrets.Create();
        // Created with its mode, not changed to it afterwards: there is no moment at which others can read it.
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        using var writer = new StreamWriter(file);
        writer.WriteLine(key);
        return key;
    }
}
