using System.Numerics;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Empties the perf buffers of all CPUs that are online, for kernels without ring buffers. Records of one CPU come in their
/// order. What found no room is counted by the program that could not send it, so the kernel's own records of losses, which
/// tell of the same events once more, are passed over.
/// </summary>
internal sealed unsafe class PerfBufferReader : RecordReader
{
    private const string OnlineFile = "/sys/devices/system/cpu/online";

    private readonly List<PerfBufferOfCpu> _buffers = [];

    /// <exception cref="BpfException">A buffer cannot be made.</exception>
    internal PerfBufferReader(BpfMap map, OnRecord onRecord)
        : base(onRecord)
    {
        try
        {
            List<int> cpus = [.. CpuList.Parse(File.ReadAllText(OnlineFile))];
            var size = (int)BitOperations.RoundUpToPowerOf2((uint)(map.Image.BufferSize / cpus.Count));
            foreach (var cpu in cpus)
            {
                var buffer = new PerfBufferOfCpu(cpu, Math.Max(size, Environment.SystemPageSize));
                _buffers.Add(buffer);
                var (key, fd) = ((uint)cpu, buffer.Fd);
                BpfException.ThrowIfFailed(Native.MapUpdateElem(map.Handle, &key, &fd, 0), $"give CPU {cpu} its perf buffer");
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Files = [.. _buffers.Select(buffer => (int)buffer.Fd)];
        Start();
    }

    protected override int ReadRecords()
    {
        var taken = 0;
        foreach (var buffer in _buffers)
        {
            if (!buffer.Read(Take, ref taken))
            {
                return 0;
            }
        }

        return taken;
    }

    protected override void Free() => _buffers.ForEach(buffer => buffer.Dispose());
}
