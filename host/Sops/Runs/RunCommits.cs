using System.Threading.Channels;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops.Runs;

/// <summary>
/// Brings commands of different runs into shared commits: while one transaction waits for the disk, the next gathers what has come meanwhile.
/// A run always belongs to one lane, so its commands keep their order. A command is answered only after the commit that holds its step.
/// </summary>
internal sealed class RunCommits(Database database, RunSteps steps) : BackgroundService
{
    private const int MostAtOnce = 256;
    private const int Waiting = 10_000;

    private readonly Channel<RunCommand>[] lanes = [.. Enumerable.Range(0, database.Dialect == DatabaseDialect.PostgreSql ? 2 : 1)
        .Select(_ => Channel.CreateBounded<RunCommand>(new BoundedChannelOptions(Waiting) { SingleReader = true }))];

    public async Task<Outcome<RunStep>> SubmitAsync(RunCommand command, CancellationToken cancellationToken)
    {
        // The last byte of a version 7 id is random.
        var lane = lanes[command.RunId.ToByteArray()[15] % lanes.Length];
        await lane.Writer.WriteAsync(command, cancellationToken);
        return await command.Answer.WaitAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(lanes.Select(lane => ServeAsync(lane.Reader, stoppingToken)));

    private async Task ServeAsync(ChannelReader<RunCommand> commands, CancellationToken stoppingToken)
    {
        // A second command for a run waits for the commit after the one that holds the first.
        var later = new Queue<RunCommand>();
        try
        {
            while (later.Count > 0 || await commands.WaitToReadAsync(stoppingToken))
                await CommitAsync(Gather(commands, later), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            while (later.TryDequeue(out var command) || commands.TryRead(out command))
                command.Break(new OperationCanceledException("The program is stopping; nothing of this command was applied."));
        }
    }

    private static List<RunCommand> Gather(ChannelReader<RunCommand> commands, Queue<RunCommand> later)
    {
        var (gathered, runs) = (new List<RunCommand>(), new HashSet<Guid>());
        for (var i = later.Count; i > 0; i--)
            Take(later.Dequeue());
        while (gathered.Count < MostAtOnce && commands.TryRead(out var command))
            Take(command);
        return gathered;

        void Take(RunCommand command)
        {
            if (runs.Add(command.RunId))
                gathered.Add(command);
            else
                later.Enqueue(command);
        }
    }

    private async Task CommitAsync(List<RunCommand> commands, CancellationToken stoppingToken)
    {
        try
        {
            var outcomes = await database.WriteAsync((tx, token) => steps.TakeAsync(tx, commands, token), stoppingToken);
            for (var i = 0; i < commands.Count; i++)
                commands[i].Settle(outcomes[i]);
        }
        catch (Exception exception) when (commands.Count == 1)
        {
            commands[0].Break(exception);
        }
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            // One of them broke the commit of all; alone, each stands for itself.
            foreach (var command in commands)
                await CommitAsync([command], stoppingToken);
        }
        catch (OperationCanceledException stopped)
        {
            foreach (var command in commands)
                command.Break(stopped);
        }
    }
}
