namespace BpfDashboard.Client.Contracts;

/// <summary>What a visitor may do, as roles of their login.</summary>
public static class Roles
{
    /// <summary>May start, stop and invite.</summary>
    public const string Operator = "operator";

    /// <summary>May watch what others started.</summary>
    public const string Viewer = "viewer";
}
