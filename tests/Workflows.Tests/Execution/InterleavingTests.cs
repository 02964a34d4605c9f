using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Tests.Bpmn;

namespace Orchestrator.Workflows.Tests.Execution;

/// <summary>Whatever people, workers, timers and messages do in whatever order: the state stays sound.</summary>
public sealed class InterleavingTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(60);

    [Fact]
    public void Any_interleaving_keeps_a_block_structured_process_sound_and_lets_it_end() =>
        Check.One(Often, Prop.ForAll((NonEmptyArray<int> shape, int[] moves) =>
        {
            var run = new RandomRun(Blocks.Process(shape.Get));
            run.Play(moves);
            run.PlayToTheEnd();
            return true;
        }));

    [Fact]
    public void Any_interleaving_keeps_the_standard_sop_sound() =>
        Check.One(Often.WithMaxTest(150).WithEndSize(120), Prop.ForAll((NonEmptyArray<int> moves) =>
        {
            new RandomRun(ShippedSopsTests.Read("standard-campaign").Require().Main).Play(moves.Get);
            return true;
        }));

    [Fact]
    public void The_same_commands_give_the_same_events_and_state() =>
        Check.One(Often.WithMaxTest(100), Prop.ForAll((NonEmptyArray<int> shape, int[] moves) =>
        {
            var process = Blocks.Process(shape.Get);
            var (first, second) = (new RandomRun(process), new RandomRun(process));
            first.Play(moves);
            second.Play(moves);
            return first.Log.SequenceEqual(second.Log) && first.State!.ToJson() == second.State!.ToJson();
        }));
}
