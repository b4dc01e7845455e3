using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components.Authorization;

namespace BpfDashboard.Server.Security;

/// <summary>
/// The sessions as the pages of one visitor see them: a viewer's page may show a Start button by mistake, but it
/// cannot start anything.
/// </summary>
internal sealed class UserSessions(SessionManager sessions, AuthenticationStateProvider visitor) : ISessions
{
    private const string NotAllowed = "You may watch sessions, but not start or stop them.";
    private const string Ask = "Ask an operator for a link.";

    /// <inheritdoc/>
    public event Action<string>? Changed
    {
        add => sessions.Changed += value;
        remove => sessions.Changed -= value;
    }

    /// <inheritdoc/>
    public HostInfo Host => sessions.Host;

    /// <inheritdoc/>
    public async Task<SpecCheck> CheckAsync(string command, CancellationToken cancel = default) =>
        // A check tells which files and functions there are.
        await MayOperateAsync()
            ? await sessions.CheckAsync(command, cancel)
            : new SpecCheck([new SpecProblem(0, command.Length, NotAllowed, Ask)], null, 0, [], [], null, null);

    /// <inheritdoc/>
    public async Task<StartResult> StartAsync(string command, CancellationToken cancel = default) =>
        await MayOperateAsync()
            ? await sessions.StartAsync(command, cancel)
            : new StartResult(null, [], NotAllowed, Ask);

    /// <inheritdoc/>
    public async Task<bool> StopAsync(string id, CancellationToken cancel = default) =>
        await MayOperateAsync()
            ? await sessions.StopAsync(id, cancel)
            : throw new UnauthorizedAccessException(NotAllowed);

    /// <inheritdoc/>
    public IReadOnlyList<SessionSummary> List() => sessions.List();

    /// <inheritdoc/>
    public SessionDetails? Find(string id) => sessions.Find(id);

    private async Task<bool> MayOperateAsync() =>
        (await visitor.GetAuthenticationStateAsync()).User.IsInRole(Roles.Operator);
}
