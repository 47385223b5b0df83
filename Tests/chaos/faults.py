"""What is done to a world while it builds. Each fault is over when it returns."""

import signal
import time


def kill_server(world, random):
    """The server that is asked dies; whoever looks after it starts it again."""
    node = random.choice(world.servers)
    node.kill()
    time.sleep(random.uniform(0, 1))
    world.start_server(node)


def kill_agent(world, random):
    agent = random.choice(world.agents)
    agent.kill()
    time.sleep(random.uniform(0, 2))
    world.start_agent(agent)


def kill_postgres(world, random):
    """As if its machine had lost power: nobody is told, nothing is finished."""
    world.postgres.process.send_signal(signal.SIGQUIT)
    world.postgres.process.wait()
    time.sleep(random.uniform(0, 2))
    world.postgres.start()


def cut_network(world, random):
    network = random.choice(world.networks)
    network.cut()
    time.sleep(world.cut_seconds)
    network.join()


def refuse_bucket(world, random):
    world.bucket.refuse()
    time.sleep(world.refuse_seconds)
    world.bucket.accept()


def freeze_agent(world, random):
    """Long enough for its leases to run out; then it wakes, and does not know."""
    agent = random.choice(world.agents)
    agent.freeze()
    time.sleep(world.lease_seconds + 2)
    agent.thaw()


def fill_server(world, random):
    fill(world, random.choice(world.server_disks), random)


def fill_agent(world, random):
    fill(world, random.choice(world.agent_disks), random)


def fill(world, disk, random):
    with world.full_disk():
        disk.fill()
        time.sleep(random.uniform(2, 4))
        disk.empty()
        # What had failed for want of space is told a little later.
        time.sleep(3)


def jump_server_clock(world, random):
    jump(random.choice(world.server_clocks), random)


def jump_agent_clock(world, random):
    jump(random.choice(world.agent_clocks), random)


def jump(clock, random):
    for seconds in (random.choice([-7200, 7200]), random.choice([-30, 30]), 0):
        clock.set(seconds)
        time.sleep(random.uniform(1, 2))


ALL = [kill_server, kill_agent, kill_postgres, cut_network, refuse_bucket, freeze_agent, fill_server, fill_agent,
       jump_server_clock, jump_agent_clock]
