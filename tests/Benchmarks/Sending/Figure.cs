using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>One measured run.</summary>
/// <param name="PerSecond">Messages per second.</param>
/// <param name="CpuMicroseconds">Processor time of this process for a message.</param>
/// <param name="ServerMicroseconds">Processor time of PostgreSQL for a message.</param>
internal readonly record struct Figure(double PerSecond, double CpuMicroseconds, double ServerMicroseconds)
{
    public static Figure Median(IEnumerable<Figure> rounds)
    {
        Figure[] sorted = [.. rounds.OrderBy(round => round.PerSecond)];
        return sorted[sorted.Length / 2];
    }
}

/// <summary>Times a run, and the processor time it takes of this process and of PostgreSQL.</summary>
internal readonly record struct RunTimer(long Started, TimeSpan Cpu, TimeSpan ServerCpu, int? Server)
{
    /// <param name="server">Process that PostgreSQL's others are children of; null: there is none.</param>
    public static RunTimer Start(int? server) => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, CpuOf(server), server);

    public Figure Stop(long messages)
    {
        var each = Math.Max(1, messages);
        return new Figure(
            messages / Stopwatch.GetElapsedTime(Started).TotalSeconds, (Environment.CpuUsage.TotalTime - Cpu).TotalMicroseconds / each, (CpuOf(Server) - ServerCpu).TotalMicroseconds / each);
    }

    /// <summary>Of a process and its children, ended ones too.</summary>
    private static TimeSpan CpuOf(int? server)
    {
        if (server is not { } parent)
            return TimeSpan.Zero;
        var ticks = 0L;
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            var fields = Fields(directory);
            if (fields.Length < 15)
                continue;
            // After the name in brackets: state, parent; user and system time are fields 14 and 15, those of ended children 16 and 17.
            if (int.Parse(fields[1], CultureInfo.InvariantCulture) == parent)
                ticks += Ticks(fields, 11) + Ticks(fields, 12);
            else if (directory == string.Create(CultureInfo.InvariantCulture, $"/proc/{parent}"))
                ticks += Ticks(fields, 11) + Ticks(fields, 12) + Ticks(fields, 13) + Ticks(fields, 14);
        }
        return TimeSpan.FromMilliseconds(10 * ticks);
    }

    private static string[] Fields(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];   // ended meanwhile
        }
    }

    private static long Ticks(string[] fields, int at) => long.Parse(fields[at], CultureInfo.InvariantCulture);
}
