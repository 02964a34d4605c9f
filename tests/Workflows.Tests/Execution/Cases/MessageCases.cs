namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class MessageCases
{
    [Fact]
    public void One_message_goes_to_one_of_two_receivers() => Story.Plays(
        "start s; and p; catch a msg m; catch b msg m; user one; user two; s > p; p > a > one; p > b > two", "start; msg:m; tasks one; msg:m; tasks one,two; msg:m; fail");

    [Fact]
    public void A_signal_goes_to_all_of_them_also_deep_inside() => Story.Plays("""
        start s; and p; catch a sig m; call c process child; user one; bnd b on c sig m non; user three
        sub sub {
        start is; catch i sig m; user two; is > i > two
        }
        s > p; p > a > one; p > sub; p > c; b > three
        """, "start; sig:m; tasks inner,one,three,two", Sketch.Read("start cs; catch cc sig m; user inner; cs > cc > inner", "child"));

    [Fact]
    public void A_signal_thrown_here_reaches_who_waits_here_now_and_nobody_later() => Story.Plays("""
        start s; and p; catch early sig x; user got; user wait; throw t sig x; catch late sig x; user never; s > p; p > early > got; p > wait > t > late > never
        """, "start; do:wait; tasks got; wait late; sig:x; tasks got,never");

    [Fact]
    public void A_border_message_of_an_inner_task_and_of_its_subprocess_are_two() => Story.Plays("""
        start s
        sub sub {
        start is; user w; bnd i on w msg inner; user a; is > w; i > a
        }
        bnd o on sub msg outer; user b; s > sub; o > b
        """, "start; msg:inner; tasks a; msg:inner; fail; msg:outer; tasks b");

    [Fact]
    public void A_non_interrupting_border_message_comes_again_until_its_task_is_done() => Story.Plays(
        "start s; user w; bnd b on w msg m non; user x; user after; s > w > after; b > x", "start; msg:m; msg:m; tasks w,x*2; do:w; tasks after,x*2; msg:m; fail");

    [Fact]
    public void A_non_interrupting_border_signal_likewise() => Story.Plays(
        "start s; user w; bnd b on w sig m non; user x; s > w; b > x", "start; sig:m; sig:m; tasks w,x*2; do:w; sig:m; tasks x*2; do:x*2; ended");

    [Fact]
    public void An_interrupting_border_signal_ends_a_call() => Story.Plays(
        "start s; call c process child; bnd b on c sig m; user x; s > c; b > x", "start; tasks inner; sig:m; tasks x; do:x; ended",
        Sketch.Read("start cs; user inner; cs > inner", "child"));

    [Fact]
    public void What_a_message_brings_is_set_before_the_next_step() => Story.Plays(
        "start s; catch m msg m; xor x; user a; user b; s > m > x; x > a if n > 1; x > b default", "start n=0; msg:m n=5; tasks a; var n=5");

    [Fact]
    public void A_receive_task_may_be_interrupted() => Story.Plays(
        "start s; recv r receives m; bnd t on r timer PT1H; user late; user after; s > r > after; t > late", "start; adv:PT1H@t; tasks late; msg:m; fail");
}
