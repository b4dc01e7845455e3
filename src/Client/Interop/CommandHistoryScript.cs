using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The commands run before, kept in this browser and reached with ↑ and ↓.</summary>
internal sealed class CommandHistoryScript(IJSRuntime js) : ScriptObject(js, "./js/command-history.js")
{
    public ValueTask CreateAsync(ElementReference input) => CreateOnceAsync(input);

    public ValueTask AddAsync(string command) => CallAsync("add", command);
}
