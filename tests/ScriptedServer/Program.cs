using System.Globalization;
using BpfDashboard.ScriptedServer;
using BpfDashboard.Server;
using BpfDashboard.Server.Tests;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

// The real server, but what it traces is made up: every session collects stacks of a call tree of a known size. The
// first arguments are of the script (see LoadScript), all others of the server:
//   --nodes 100000 --grow-ticks 50 --hits-per-tick 2000 --seed 1 --urls http://127.0.0.1:5090
// A command that names one of the scripts in DistributionLoads has distributions instead: funccount c:latency
var rest = new List<string>(args);
var load = new LoadScript(
    Take("--nodes", 1000), Take("--grow-ticks", 20), Take("--hits-per-tick", 500), Take("--seed", 1));
var distributions = new DistributionLoads();
var engine = new ScriptedEngine(TimeProvider.System)
{
    Names = ["tcp_sendmsg"],
    Stacks = new StackOptions { PerProcess = true },
    Distributions = DistributionLoads.Of,
    DistributionOptions = DistributionLoads.OptionsOf,
    BeforeTick = tracing =>
    {
        if (tracing.Distributions is null)
        {
            load.Play(tracing);
        }
        else
        {
            distributions.Play(tracing);
        }
    },
};
await using var app = DashboardHost.Build(
    [.. rest], services => services.Replace(ServiceDescriptor.Singleton<ITracingEngine>(engine)));
await app.RunAsync();

int Take(string name, int usual)
{
    var at = rest.IndexOf(name);
    if (at < 0)
    {
        return usual;
    }

    var value = int.Parse(rest[at + 1], CultureInfo.InvariantCulture);
    rest.RemoveRange(at, 2);
    return value;
}
