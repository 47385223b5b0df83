/*
 * The protocol by which a build is handed to agents, as Scheduling and Store carry it out, for one build, two agents and
 * two servers over one database. Spin tries every order of events.
 *
 * What may happen at any moment: an agent freezes and wakes (a process that is not scheduled), or dies; a request or an
 * answer is lost, a request comes twice, the second time as late as can be; a server dies between any two steps and
 * starts again; a server loses its connection to the database, and with it the lead, and notices only when it writes; a
 * lease runs out; somebody kills the build; an agent gives it back. What would never end is limited by budgets.
 *
 * What has to hold: see the assertions, and `ended` at the end. Each of the macros BREAK_... takes away one rule, and spin
 * has to find out that it was needed: `check` runs them all.
 */

#define AGENTS 2
#define SERVERS 2
#define NONE 9
#ifndef ATTEMPTS
#define ATTEMPTS 2
#endif
/* Pieces of log that an attempt writes. */
#ifndef PIECES
#define PIECES 1
#endif
/* A log has those of all attempts, the lost ones too. */
#define LOG 8

/* How often what may happen does. */
#ifndef LOST
#define LOST 1
#endif
#ifndef LATE
#define LATE 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef CUTS
#define CUTS 1
#endif
#ifndef GIVEN_BACK
#define GIVEN_BACK 1
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef DEATHS
#define DEATHS 1
#endif

mtype = { queued, running, passed, failed, killed };
mtype = { append, finish, giveBack };
mtype = { done, stale, gap, nothing };

/* The database: what survives everything. */
mtype status = queued;
byte fence = 0;
byte attempt = 0;
bool stop = false;
/* Who has its lock, and who had it before: the log of a running job is on that one's disk. */
byte leader = NONE;
byte lastLeader = NONE;

/* Each server's disk: the build's log. Who wrote a piece is for the assertions. */
byte size[SERVERS];
byte author[SERVERS * LOG];

/* Each server's memory. */
bool leads[SERVERS];
bool live[SERVERS];
byte liveFence[SERVERS];

byte lost = LOST;
byte lates = LATE;
byte crashes = CRASHES;
byte cuts = CUTS;
byte given = GIVEN_BACK;
byte kills = KILLS;
byte deaths = DEATHS;

/* For the assertions: who was given the build last, and how often it ended. */
byte holder = NONE;
byte ends = 0;

/* A claim waits at the server until there is a build, so it has a channel of its own. */
chan claims = [AGENTS] of { byte };
chan asked = [AGENTS + 1] of { mtype, byte, byte, byte };   /* what, who, its fence, a place in the log */
chan granted[AGENTS] = [1] of { byte, byte, byte };         /* 1 or 0 for nothing, fence, the log's size */
chan answers[AGENTS] = [1] of { mtype, byte };              /* and the log's size */
/* A request's copy that comes late; nobody waits for its answer. */
chan late = [1] of { mtype, byte, byte, byte };

#define isOver (status != queued && status != running)

#ifdef BREAK_FENCE_CHECK
#define holds(f) true
#else
#define holds(f) (f == fence)
#endif

/* A transaction of a server: it is there only where the server still has the lock. `ok` tells. */
#ifdef BREAK_LOCK
#define stored true
#else
#define stored (leader == me)
#endif

/* The server has lost the lead and finds out. */
inline resign() { leads[me] = false; live[me] = false; liveFence[me] = 0 }

/* The process ends; its connection, and so its lock, with it. */
inline crash() {
  crashes--;
  resign();
  if :: leader == me -> leader = NONE :: else fi
}

inline recover() {
  leads[me] = true;
#ifndef BREAK_OLD_LOG
  /* What another server has led since may have gone on without this one's log. */
  if :: lastLeader != me -> d_step { clearing = 0; do :: clearing < LOG -> author[me * LOG + clearing] = 0; clearing++
    :: else -> break od; clearing = 0; size[me] = 0 } :: else fi;
#endif
  lastLeader = me;
#ifndef BREAK_RECOVERY
  live[me] = (status == running);
  liveFence[me] = fence
#endif
}

/* The end of the build, in the transaction that was checked. */
inline endAs(how) {
  status = how;
  ends++;
  assert(ends == 1);
  live[me] = false
}

/* The agent's lease has run out. */
inline lose() {
  if
  :: stop -> endAs(killed)
  :: !stop && attempt >= ATTEMPTS -> endAs(failed)
  :: else -> status = queued; live[me] = false
  fi
}

inline answer(who, what, where) {
  if
  :: isLate -> skip
  :: !isLate && lost > 0 -> lost--; answers[who] ! nothing, 0
  :: !isLate -> answers[who] ! what, where
  fi
}

/* The log of the attempt that ends is there, whole, in order, and nobody else's. */
inline checkLog(until) {
  checked = until - PIECES;
  do
  :: checked < until -> assert(author[me * LOG + checked] == fence); checked++
  :: else -> break
  od;
  checked = 0
}

inline handle() {
  if
#ifndef BREAK_MEMORY_CHECK
  :: !live[me] || liveFence[me] != f -> answer(who, stale, 0)
#endif
  :: else ->
    /* Between the look into the memory and the transaction other servers and agents act. */
    atomic {
      if
      :: !stored -> resign(); what = nothing
      :: stored && what == append ->
        if
        :: !holds(f) || status != running -> what = stale
        :: holds(f) && status == running && place > size[me] -> what = gap
        :: else ->
          assert(who == holder && f == fence);
          if
          :: place == size[me] -> author[me * LOG + place] = f; size[me]++
          :: else
          fi;
          what = done
        fi
      :: stored && what != append ->
        if
        :: !holds(f) || status != running -> what = stale
        :: else ->
          assert(who == holder && f == fence);
          if
          :: what == giveBack -> status = queued; attempt--; live[me] = false; what = done
#ifndef BREAK_LOG_CHECK
          :: what == finish && place > size[me] -> what = gap
#endif
#ifdef BREAK_LOG_CHECK
          :: what == finish ->
#else
          :: what == finish && place <= size[me] ->
#endif
            if
            :: stop -> endAs(killed)
            :: !stop -> checkLog(place); endAs(passed)
            fi;
            what = done
          fi
        fi
      fi;
      place = size[me];
    }
    if
    :: crashes > 0 -> atomic { crash(); answer(who, nothing, 0) }
    :: true -> answer(who, what, place)
    fi
  fi;
  what = done; who = 0; f = 0; place = 0
}

proctype Server(byte me) {
  byte who, f, place, checked, clearing;
  mtype what = done;
  bool isLate;
endIdle:
  do
  :: atomic { leader == NONE && !leads[me] -> leader = me; recover() }
  /* A queued build is given to the agent that waits. */
  :: atomic { leads[me] && !live[me] && status == queued && claims ? [who] -> claims ? who };
    atomic {
      if
      :: !stored -> resign(); granted[who] ! 0, 0, 0
      :: stored && status == queued ->
        status = running;
        attempt++;
#ifndef BREAK_FENCE
        fence++;
#endif
        assert(attempt <= ATTEMPTS);
        holder = who;
        live[me] = true;
        liveFence[me] = fence;
        if
        :: lost > 0 -> lost--; granted[who] ! 0, 0, 0
        :: crashes > 0 -> crash(); granted[who] ! 0, 0, 0
        :: granted[who] ! 1, fence, size[me]
        fi
      :: else -> granted[who] ! 0, 0, 0
      fi;
      who = 0
    }
  :: atomic { leads[me] && asked ? [what, who, f, place] -> asked ? what, who, f, place; isLate = false };
    handle()
  :: atomic { leads[me] && late ? [what, who, f, place] -> late ? what, who, f, place; isLate = true };
    handle()
#ifndef BREAK_EXPIRY
  /* A lease may run out whenever it has begun: how long an agent takes is not known. */
  :: atomic { leads[me] && live[me] ->
      if
      :: !stored -> resign()
      :: stored && status == running && fence == liveFence[me] ->
#ifdef BREAK_ATTEMPTS
        status = queued; live[me] = false
#else
        lose()
#endif
      :: else -> live[me] = false
      fi }
#endif
  :: atomic { leads[me] && kills > 0 && !isOver ->
      kills--;
      if
      :: !stored -> resign()
      :: stored && status == queued -> endAs(killed)
      :: stored && status == running -> stop = true
      fi }
  :: atomic { crashes > 0 && leads[me] -> crash() }
  /* Only the connection ends; the server goes on as if it led. */
  :: atomic { cuts > 0 && leads[me] && leader == me -> cuts--; leader = NONE }
  od
}

/* Sends a request until it is answered. A lost one is sent again; a copy may come late. */
inline ask(what, where) {
  answered = nothing;
  do
  :: answered != nothing -> break
  :: answered == nothing ->
    if
    :: atomic { lates > 0 && nfull(late) -> lates--; late ! what, me, f, where }
    :: skip
    fi;
    atomic { asked ! what, me, f, where };
    answers[me] ? answered, known
  od
}

proctype Agent(byte me) {
  byte f, isGranted, base, sent, known;
  mtype answered = done;
endIdle:
  do
  :: claims ! me;
    granted[me] ? isGranted, f, base;
    if
    :: isGranted == 0 -> skip
    :: else ->
      sent = 0;
      do
      :: atomic { me == 0 && deaths > 0 -> deaths-- }; goto dead
      :: atomic { given > 0 -> given-- }; ask(giveBack, 0); break
      :: sent < PIECES ->
        ask(append, base + sent);
        if
        :: answered == stale -> break
        :: answered == gap && known >= base -> sent = known - base
        /* What an earlier attempt has written is gone: nothing can be put after it. */
        :: answered == gap && known < base -> ask(giveBack, 0); break
        :: answered == done -> sent++
        fi
      :: sent == PIECES ->
        ask(finish, base + PIECES);
        if
#ifndef BREAK_RESEND
        :: answered == gap && known >= base -> sent = known - base
#else
        :: answered == gap && known >= base -> break
#endif
        :: answered == gap && known < base -> ask(giveBack, 0); break
        :: answered == done || answered == stale -> break
        fi
      od
    fi;
    f = 0; base = 0; sent = 0; known = 0; isGranted = 0; answered = done
  od;
dead:
  skip
}

init { atomic { run Server(0); run Server(1); run Agent(0); run Agent(1) } }

ltl ended { <> isOver }
