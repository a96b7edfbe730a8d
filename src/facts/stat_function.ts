/** A `stat` for hosts that have none, such as OpenWrt: `ls`, `readlink` and `awk` tell the same. */

import { raw, type ShellCommand } from "../command/mod.ts";

/**
 * The numbers of users and groups are looked up in the files, since BusyBox's `ls` cuts their names; times are counted
 * from the dates of `ls`, since its seconds are not to be had otherwise.
 */
const AWK = String
  .raw`function sec(l,w,d,h,k,y,m){split(l,w," ");k=w[5]~/,$/?7:6;split(w[k],d,"-");split(w[k+1],h,":")
y=d[1];m=d[2]+0;if(m<3){y--;m+=12}
return(365*y+int(y/4)-int(y/100)+int(y/400)+int((153*m-457)/5)+d[3]-719469)*86400+h[1]*3600+h[2]*60+int(h[3])}
function nam(f,i,l,w,r){r="UNKNOWN";while((getline l<f)>0){split(l,w,":");if(w[3]==i){r=w[1];break}}close(f);return r}
BEGIN{n=ENVIRON["n"];split(n,w," ");v["A"]=substr(w[1],1,10);v["u"]=w[3];v["g"]=w[4];v["s"]=w[5]~/,$/?0:w[5]
v["U"]=nam("/etc/passwd",w[3]);v["G"]=nam("/etc/group",w[4])
v["X"]=sec(ENVIRON["a"]);v["Y"]=sec(n);v["Z"]=sec(ENVIRON["c"])
v["n"]=ENVIRON["p"];v["N"]="'"v["n"]"'";if(n~/^l/)v["N"]=v["N"]" -> '"ENVIRON["t"]"'"
f=ENVIRON["f"];while(match(f,/%[a-zA-Z]/)){o=o substr(f,1,RSTART-1)v[substr(f,RSTART+1,1)];f=substr(f,RSTART+2)};print o f}`;

/**
 * Defines `stat` where there is no such program. It knows `-L`, and of the formats of GNU `%A %G %N %U %X %Y %Z %g %n
 * %s %u`. As in BusyBox's, names in `%N` stand between plain quotes.
 */
export const STAT: ShellCommand = raw(`command -v stat >/dev/null 2>&1||stat()(
l=;export f p n a c t
case $1 in -L)l=L;shift;;-Lc)l=L;esac
case $1 in -c|-Lc);;*)echo "drover: there is no program stat">&2;exit 1;;esac
f=$2;shift 2
export LC_ALL=C TZ=UTC0
for p;do
n=$(ls -ldn$l --full-time -- "$p")&&c=$(ls -ldnc$l --full-time -- "$p")&&a=$(ls -ldnu$l --full-time -- "$p")||exit 1
t=;case $n in l*)t=$(readlink -n -- "$p"&&echo x)||exit 1;t=\${t%x};esac
awk '${AWK.replaceAll("'", `'"'"'`)}'
done
)`);
