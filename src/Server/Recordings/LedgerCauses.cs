using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Recordings;

/// <summary>Why an event that was sent is not among the rows that are kept.</summary>
internal enum RowCause
{
    /// <summary>It was let go of for newer ones.</summary>
    NotKept,

    /// <summary>Its message does not contain what -f asked for: left out as told, and no loss.</summary>
    Filtered,

    /// <summary>It came after the last that -M asked for: left out as told, and no loss.</summary>
    BeyondMaximum,
}

/// <summary>How many rows of a tick are not among those that are kept.</summary>
/// <param name="NotKept">Of this tick or an earlier one: those that were let go of in it.</param>
public readonly record struct LeftOutRows(long NotKept, long Filtered, long BeyondMaximum);

/// <summary>
/// The entries of the ledger: the causes that the kernel's programs count, then those of rows. Events are those that
/// are shown, or kept as rows, plus all entries.
/// </summary>
internal static class LedgerCauses
{
    /// <summary>How many the kernel's programs count.</summary>
    public static readonly int OfKernel = Enum.GetValues<LossCause>().Length;

    /// <summary>How many there are.</summary>
    public static readonly int Count = OfKernel + Enum.GetValues<RowCause>().Length;

    /// <summary>The entry of rows that were let go of, of none yet.</summary>
    public static LossInfo NotKept => ToInfo(IndexOf(RowCause.NotKept), 0);

    /// <summary>The place of a cause.</summary>
    public static int IndexOf(RowCause cause) => OfKernel + (int)cause;

    /// <summary>Whether an entry is a loss, and not what the command left out.</summary>
    public static bool IsLoss(LossInfo entry) => entry.Cause != NameOf(RowCause.Filtered) && entry.Cause != NameOf(RowCause.BeyondMaximum);

    /// <summary>An entry in words.</summary>
    public static LossInfo ToInfo(int index, long count) => index < OfKernel
        ? new(NameOf((LossCause)index), ((LossCause)index).Describe(), count)
        : new(NameOf((RowCause)(index - OfKernel)), Describe((RowCause)(index - OfKernel)), count);

    private static string NameOf<T>(T cause)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{cause}");

    private static string Describe(RowCause cause) => cause switch
    {
        RowCause.NotKept => "not kept: let go of for newer ones",
        RowCause.Filtered => "left out by -f: not in their message",
        _ => "left out by -M: they came after the last",
    };
}
