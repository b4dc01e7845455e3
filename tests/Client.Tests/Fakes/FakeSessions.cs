using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Tests.Fakes;

/// <summary>A server as the test wants it; it remembers what was asked of it.</summary>
internal sealed class FakeSessions : ISessions
{
    public event Action<string>? Changed;

    public List<string> Checked { get; } = [];

    public List<string> Started { get; } = [];

    public List<string> Stopped { get; } = [];

    /// <summary>Newest first.</summary>
    public List<SessionDetails> Known { get; } = [];

    public SpecCheck CheckAnswer { get; set; } = new([], null, 0, [], [], null, null);

    public StartResult StartAnswer { get; set; } = new("abc", []);

    /// <summary>Stopping lasts until this is completed.</summary>
    public TaskCompletionSource Detached { get; } = new();

    public HostInfo Host { get; set; } = new("web-1", "6.18", "x86_64");

    public Task<SpecCheck> CheckAsync(string command, CancellationToken cancel = default)
    {
        Checked.Add(command);
        return Task.FromResult(CheckAnswer);
    }

    public Task<StartResult> StartAsync(string command, CancellationToken cancel = default)
    {
        Started.Add(command);
        return Task.FromResult(StartAnswer);
    }

    public async Task<bool> StopAsync(string id, CancellationToken cancel = default)
    {
        Stopped.Add(id);
        await Detached.Task;
        return true;
    }

    public IReadOnlyList<SessionSummary> List() => [.. Known.Select(session => session.Summary)];

    public SessionDetails? Find(string id) => Known.Find(session => session.Summary.Id == id);

    /// <summary>Puts a session in the place of the one with its id, and tells.</summary>
    public void Replace(SessionDetails session)
    {
        Known[Known.FindIndex(known => known.Summary.Id == session.Summary.Id)] = session;
        Changed?.Invoke(session.Summary.Id);
    }

    /// <summary>Adds a session as the newest, and tells.</summary>
    public void Add(SessionDetails session)
    {
        Known.Insert(0, session);
        Changed?.Invoke(session.Summary.Id);
    }
}
