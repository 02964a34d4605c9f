namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class ConditionalCases
{
    [Fact]
    public void A_catch_waits_until_it_holds() =>
        Story.Plays("start s; catch c cond n > 1; user after; s > c > after", "start n=0; tasks -; set n=1; tasks -; set n=2; tasks after");

    [Fact]
    public void A_catch_that_holds_already_passes() =>
        Story.Plays("start s; catch c cond n > 1; user after; s > c > after", "start n=2; tasks after");

    [Fact]
    public void A_border_fires_when_another_task_makes_it_true() => Story.Plays(
        "start s; and p; user w; bnd b on w cond n > 1; user caught; user other; s > p; p > w; p > other; b > caught", "start n=0; do:other n=2; tasks caught");

    [Fact]
    public void A_non_interrupting_border_fires_each_time_it_turns_true() => Story.Plays(
        "start s; user w; bnd b on w non cond n > 1; user x; s > w; b > x", "start n=0; set n=2; set n=3; tasks w,x; set n=0; set n=5; tasks w,x*2");

    [Fact]
    public void A_script_in_a_parallel_branch_can_make_it_true() => Story.Plays(
        "start s; and p; user go; script k does n 5; catch c cond n > 1; user after; s > p; p > go > k; p > c > after", "start n=0; do:go; tasks after");

    [Fact]
    public void A_missing_variable_is_not_true_yet() =>
        Story.Plays("start s; catch c cond flag; user after; s > c > after", "start; tasks -; set flag=true; tasks after");
}
