using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Keeps the tables of a session's processes up to date: puts a process in when its first stack was seen, and looks
/// again when a stack led through code without a table, which may have been mapped since. On a thread of its own,
/// since reading a large program's tables takes a while.
/// </summary>
internal sealed class UnwindFeeder : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly UnwindMaps _maps;
    private readonly TimeProvider _time;
    private readonly object _gate = new();
    private readonly Dictionary<int, Visit> _visits = [];
    private readonly PriorityQueue<int, long> _due = new();
    private readonly Thread _thread;
    private bool _stopping;

    internal UnwindFeeder(UnwindMaps maps, TimeProvider? time = null)
    {
        (_maps, _time) = (maps, time ?? TimeProvider.System);
        _thread = new Thread(Run) { IsBackground = true, Name = "unwind tables" };
        _thread.Start();
    }

    /// <summary>Called on the feeder's thread after it has looked at a process.</summary>
    internal Action<int>? Visited { get; set; }

    /// <summary>What to tell of the files whose tables found no room; null if all did.</summary>
    internal string? WhatIsLeftOut
    {
        get
        {
            lock (_maps)
            {
                return _maps.LeftOut.Count == 0 ? null
                    : $"no room for the unwind tables of {string.Join(", ", _maps.LeftOut)}: "
                        + "stacks through their code are followed by frame pointers";
            }
        }
    }

    /// <summary>Puts a process in before this returns.</summary>
    internal void Meet(int pid)
    {
        lock (_maps)
        {
            _maps.Update(pid);
        }

        lock (_gate)
        {
            _visits[pid] = new Visit(_time.GetTimestamp(), FirstPause, IsDue: false);
        }
    }

    /// <summary>Looks at what a new stack tells of its process; never waits for the tables to be read.</summary>
    internal void See(RawStack stack)
    {
        if (stack.User.Length > 0)
        {
            See(stack.Key.Pid, stack.UserEnd);
        }
    }

    /// <summary>The same of a stack that has frames.</summary>
    /// <param name="ended">How unwinding it by tables ended; null if there were none.</param>
    internal void See(int pid, UnwindEnd? ended)
    {
        if (ended is { } end && !end.HasFlag(UnwindEnd.UsedFramePointer))
        {
            return;
        }

        lock (_gate)
        {
            if (_visits.TryGetValue(pid, out var visit) && visit.IsDue)
            {
                return;
            }

            var now = _time.GetTimestamp();
            var due = visit.Pause == default ? now : Math.Max(now, visit.Last + Ticks(visit.Pause));
            _visits[pid] = visit with { IsDue = true };
            _due.Enqueue(pid, due);
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (Next() is { } pid)
            {
                bool isNews;
                lock (_maps)
                {
                    isNews = _maps.Update(pid);
                }

                Keep(pid, isNews);
                Visited?.Invoke(pid);
            }
        }
        catch (BpfException)
        {
            // The kernel takes no more; what is there stays right, and the rest is collected by frame pointers.
        }
    }

    /// <summary>The next process to look at, when it is time; null at the end.</summary>
    private int? Next()
    {
        lock (_gate)
        {
            while (!_stopping)
            {
                if (!_due.TryPeek(out var pid, out var due))
                {
                    Monitor.Wait(_gate);
                }
                else if (_time.GetTimestamp() is var now && now < due)
                {
                    Monitor.Wait(_gate, _time.GetElapsedTime(now, due) + TimeSpan.FromMilliseconds(1));
                }
                else
                {
                    return _due.Dequeue();
                }
            }

            return null;
        }
    }

    /// <summary>A process of which there was nothing new is left in peace for longer.</summary>
    private void Keep(int pid, bool isNews)
    {
        const int most = 20_000;
        lock (_gate)
        {
            if (_visits.Count > most)
            {
                _visits.Clear();
            }

            var pause = _visits.GetValueOrDefault(pid).Pause;
            var longer = pause == default || isNews ? FirstPause : pause * 2;
            _visits[pid] = new Visit(
                _time.GetTimestamp(), longer > LongestPause ? LongestPause : longer, IsDue: false);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>When a process was last looked at, how long to wait before the next time, and whether that is asked for.</summary>
    private readonly record struct Visit(long Last, TimeSpan Pause, bool IsDue);
}
