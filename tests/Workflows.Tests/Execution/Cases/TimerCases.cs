namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class TimerCases
{
    [Fact]
    public void A_date_in_the_past_fires_at_once() =>
        Story.Plays("start s; catch t date 2020-01-01T00:00:00Z; user after; s > t > after", "start; tasks -; adv:PT0S@t; tasks after");

    [Fact]
    public void A_bounded_cycle_stops_after_its_number() => Story.Plays("""
        start s; user work; bnd t on work cycle R3/PT1H non; user nag; s > work; t > nag
        """, "start; adv:PT10H@t; tasks nag*3,work; count t=3");

    [Fact]
    public void A_cycle_on_an_interrupting_border_fires_once() => Story.Plays("""
        start s; user work; bnd t on work cycle R3/PT1H; user late; s > work; t > late
        """, "start; adv:PT10H@t; tasks late");

    [Fact]
    public void A_cycle_in_the_flow_waits_once() =>
        Story.Plays("start s; catch t cycle R3/PT1H; user after; s > t > after", "start; adv:PT10H@t; tasks after");

    [Fact]
    public void Cron_is_a_cycle_too() => Story.Plays("""
        start s; user work; bnd t on work cycle 0_0_*_*_*_? non; user nag; s > work; t > nag
        """, "start; adv:PT3H@t; tasks nag*3,work; do:work; adv:PT3H; tasks nag*3");

    [Fact]
    public void A_cycle_that_began_in_the_past_goes_on_with_what_is_left() => Story.Plays("""
        start s; user work; bnd t on work cycle R5/2026-03-02T06:30:00Z/PT1H non; user nag; s > work; t > nag
        """, "start; adv:PT29M; tasks work; adv:PT1M@t; tasks nag,work; adv:PT10H; tasks nag*2,work");

    [Fact]
    public void A_cycle_that_lies_wholly_in_the_past_fires_once() => Story.Plays("""
        start s; catch t cycle R3/2020-01-01T00:00:00Z/PT1H; user after; s > t > after
        """, "start; adv:PT0S@t; tasks after");

    [Fact]
    public void Overdue_turns_of_a_cycle_are_one_firing()
    {
        var play = new Play(Sketch.Read("start s; user work; bnd t on work cycle R/PT1H non; user nag; s > work; t > nag")).Start();
        var rhythm = play.Due("t");
        play.Now = rhythm.AddHours(5).AddMinutes(10);
        play.Fire("t").AtTasks("nag", "work");
        Assert.Equal(rhythm.AddHours(6), play.Due("t"));
    }

    [Fact]
    public void The_first_of_two_borders_that_interrupts_closes_the_other() => Story.Plays("""
        start s; user work; bnd soon on work timer PT1H; bnd later on work timer PT2H; user a; user b; s > work; soon > a; later > b
        """, "start; adv:PT3H@soon; tasks a; count later=0");

    [Fact]
    public void A_border_timer_of_a_subprocess_waits_through_its_inner_steps() => Story.Plays("""
        start s
        sub sub {
        start is; user a; user b; is > a > b
        }
        bnd t on sub timer PT1H; user late; s > sub; t > late
        """, "start; adv:PT30M; do:a; tasks b; adv:PT30M@t; tasks late");

    [Fact]
    public void The_length_may_be_computed() =>
        Story.Plays("start s; catch t timer wait; user after; s > t > after", "start wait=\"PT2H\"; adv:PT1H; tasks -; adv:PT1H@t; tasks after");

    [Fact]
    public void A_length_that_is_missing_is_an_incident() =>
        Story.Plays("start s; catch t timer wait; user after; s > t > after", "start; fail; active");
}
