using Microsoft.Extensions.Options;

namespace BpfDashboard.Server.Security;

/// <summary>
/// Where what outlives the server is kept, such as keys: /var/lib/bpfdashboard for root, else
/// <c>$XDG_STATE_HOME/bpfdashboard</c>. Made on first use, and readable by nobody else.
/// </summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public StateDirectory(IOptions<DashboardOptions> options)
    {
        Root = Path.GetFullPath(options.Value.StateDirectory ?? Usual());
        try
        {
            // An existing one keeps its mode: it may be a directory that others use too.
            Directory.CreateDirectory(Root, OwnerOnly);
            // Keys are renewed after weeks; better to know now that they cannot be written.
            using var trial = new FileStream(Path.Combine(Root, $".{Environment.ProcessId}.trial"), new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"The state directory {Root} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>The absolute path.</summary>
    public string Root { get; }

    /// <summary>A folder in it, made if it is not there.</summary>
    public DirectoryInfo Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name), OwnerOnly);

    private static string Usual()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/bpfdashboard";
        }

        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(home)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state")
                : home,
            "bpfdashboard");
    }
}

/// <summary>There is nowhere to keep keys; the message is for the person who starts the server.</summary>
internal sealed class StateDirectoryException(string message, Exception inner) : Exception(message, inner);
