namespace Orchestrator.Workflows.Tests.Execution.Cases;

public sealed class InclusiveGatewayCases
{
    [Fact]
    public void A_join_in_a_loop_waits_again_in_every_round() => Story.Plays("""
        start s; xor in; or split; user a; user b; or join; user check; xor again; end e
        s > in > split; split > a if true; split > b if both; a > join; b > join; join > check > again; again > in if more; again > e default
        """, "start both=true more=true; tasks a,b; do:a; tasks b; do:b; tasks check; do:check both=false; tasks a; do:a; tasks check; do:check more=false; ended; count check=2");

    [Fact]
    public void A_join_inside_a_subprocess_does_not_wait_for_what_runs_outside() => Story.Plays("""
        start s; and p; user outside
        sub sub {
        start is; or split; user a; user b; or join; user done
        is > split; split > a if true; split > b if false; a > join; b > join; join > done
        }
        s > p > outside; p > sub
        """, "start; tasks a,outside; do:a; tasks done,outside");

    [Fact]
    public void A_join_waits_for_a_called_process() => Story.Plays("""
        start s; or split; user a; call c process child; or join; user after
        s > split; split > a if true; split > c if true; a > join; c > join; join > after
        """, "start; do:a; tasks inner; do:inner; tasks after", Sketch.Read("start cs; user inner; cs > inner", "child"));

    [Theory]
    [InlineData("par")]
    [InlineData("seq")]
    public void A_join_waits_for_a_multi_instance_as_a_whole(string kind) => Story.Plays($"""
        start s; or split; user a; user m {kind} 2; or join; user after
        s > split; split > a if true; split > m if true; a > join; m > join; join > after
        """, "start; do:a; do:m; tasks m; do:m; tasks after");

    [Fact]
    public void A_join_waits_for_the_way_out_through_a_boundary_event() => Story.Plays("""
        start s; or split; user a; user b; bnd t on b timer PT1H; user late; end gone; or join; user after
        s > split; split > a if true; split > b if true; a > join; b > gone; t > late > join; join > after
        """, "start; do:a; tasks b; adv:PT1H@t; tasks late; do:late; tasks after");

    [Fact]
    public void A_token_that_ends_elsewhere_releases_the_join() => Story.Plays("""
        start s; or split; user a; user b; xor x; end gone; or join; user after
        s > split; split > a if true; split > b if true; a > join; b > x; x > gone if leave; x > join default; join > after
        """, "start leave=true; do:a; tasks b; do:b; tasks after");

    [Fact]
    public void A_token_behind_the_join_that_can_loop_back_through_it_does_not_block_it() => Story.Plays("""
        start s; and p; user a; user loop; or join; user after; xor x; end e
        s > p; p > a > join; p > loop > join; join > after > x; x > join if again; x > e default
        """, "start again=false; do:a; tasks loop; do:loop; tasks after; do:after; ended");

    [Fact]
    public void A_second_token_on_the_same_flow_waits_for_the_next_round() => Story.Plays("""
        start s; and p; user a; user b; xor m; user c; or join; user after
        s > p; p > a > m; p > b > m; m > join; p > c > join; join > after
        """, "start; do:a; do:b; tasks c; do:c; tasks after*2; do:after*2; ended");

    [Fact]
    public void Without_a_default_and_a_true_condition_it_is_an_incident() => Story.Plays("""
        start s; or split; user a; user b
        s > split; split > a if n = 1; split > b if n = 2
        """, "start n=3; fail; active");

    [Fact]
    public void The_default_is_taken_only_when_no_condition_holds() => Story.Plays("""
        start s; or split; user a; user b; user c
        s > split; split > a if n > 1; split > b if n > 2; split > c default
        """, "start n=3; tasks a,b");

    [Fact]
    public void A_parallel_split_can_be_joined_by_an_inclusive_gateway_across_nested_scopes() => Story.Plays("""
        start s; and p
        sub one {
        start s1
        sub two {
        start s2; user deep; s2 > deep
        }
        s1 > two
        }
        user side; or join; user after
        s > p; p > one > join; p > side > join; join > after
        """, "start; do:side; tasks deep; do:deep; tasks after");

    [Fact]
    public void A_join_waits_for_a_token_before_an_event_based_gateway() => Story.Plays("""
        start s; or split; user a; evt g; catch m msg go; catch t timer PT1H; or join; user after
        s > split; split > a if true; split > g if true; g > m > join; g > t > join; a > join; join > after
        """, "start; do:a; tasks -; adv:PT1H@t; tasks after");

    [Fact]
    public void A_join_that_comes_after_a_link_waits_for_the_token_on_the_other_side() => Story.Plays("""
        start s; or split; user a; user b; throw out link L; catch in link L; or join; user after
        s > split; split > a if true; split > b if true; a > join; b > out; in > join; join > after
        """, "start; do:a; tasks b; do:b; tasks after");
}
