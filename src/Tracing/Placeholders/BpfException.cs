namespace BpfDashboard.Tracing.Libbpf;

/// <summary>Stand-in until the native boundary is merged.</summary>
public sealed class BpfException(string message) : Exception(message);
